#include "control/channel/channel.hpp"

namespace tally::control {

namespace {

constexpr std::size_t longest_slug = 63;

bool is_slug_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

}  // namespace

bool is_slug(std::string_view text) {
    if (text.size() < 2 || text.size() > longest_slug || !is_slug_letter(text.front())) return false;
    return std::ranges::all_of(text, [](char letter) { return is_slug_letter(letter) || letter == '-'; });
}

std::string slug_from(std::string_view name) {
    std::string slug;
    for (const char each : name) {
        const char letter = each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
        if (is_slug_letter(letter))
            slug += letter;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
    }
    slug.resize(std::min(slug.size(), longest_slug));
    while (slug.ends_with('-'))
        slug.pop_back();
    return is_slug(slug) ? slug : "channel";
}

void apply(Channel& channel, ChannelAction action) {
    channel.status = follow(channel_transitions, channel.status, action).value_or(channel.status);
}

void set_on_air(Channel& channel, std::optional<BroadcastId> broadcast) {
    channel.current_broadcast_id = std::move(broadcast);
    apply(channel, channel.current_broadcast_id ? ChannelAction::go_on_air : ChannelAction::go_off_air);
}

}  // namespace tally::control
