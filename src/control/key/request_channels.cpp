#include "control/key/request_channels.hpp"

#include "json/text.hpp"

#include <fmt/format.h>

namespace tally::control {
namespace {

using http::Subject;

/// Where a resource's row says which channel it belongs to.
std::string_view table_of(Subject subject) {
    switch (subject) {
        case Subject::broadcast:
            return "broadcasts";
        case Subject::stream:
            return "streams";
        case Subject::scheduled_event:
            return "scheduled_events";
        case Subject::alert:
            return "alerts";
        default:
            return "";
    }
}

constexpr auto named_in_body = std::to_array<std::pair<std::string_view, Subject>>({
    {"broadcastId", Subject::broadcast},
    {"streamId", Subject::stream},
    {"scheduledId", Subject::scheduled_event},
});

}  // namespace

Async<std::vector<ChannelId>> RequestChannels::of(Subject subject, const http::Request& request) const {
    std::vector<ChannelId> channels;
    if (subject == Subject::body) co_return co_await in_body(request);
    if (subject == Subject::query) {
        if (const auto name = request.query_parameter("channelId")) add_channel(channels, *name);
        co_return channels;
    }
    if (request.parameters.empty()) co_return channels;
    const auto& name = request.parameters.front().second;
    if (subject == Subject::channel)
        add_channel(channels, name);
    else
        co_await add_owner(channels, table_of(subject), name);
    co_return channels;
}

void RequestChannels::add_channel(std::vector<ChannelId>& channels, const std::string& name) const {
    if (const auto known = names_.find(name))
        channels.push_back(known->id);
    else if (auto id = ChannelId::parse(name))
        channels.push_back(*std::move(id));
}

Async<> RequestChannels::add_owner(std::vector<ChannelId>& channels, std::string_view table, std::string id)
    const {
    const auto rows = co_await database_.read([&](sql::Session& session) {
        return session.rows(fmt::format("select channel_id from {} where id = :id", table), {{"id", id}});
    });
    for (const auto& row : rows)
        channels.push_back(sql::Column<ChannelId>::load(row.front().second));
}

/// What is no JSON names nothing; the handler refuses it.
Async<std::vector<ChannelId>> RequestChannels::in_body(const http::Request& request) const {
    std::vector<ChannelId> channels;
    const auto body = json::parse(request.body);
    const auto* members = body ? body->if_object() : nullptr;
    if (members == nullptr) co_return channels;
    const auto text = [&](std::string_view name) {
        const auto* value = members->if_contains(name);
        const auto* text = value ? value->if_string() : nullptr;
        return text ? std::string(*text) : std::string();
    };
    if (const auto name = text("channelId"); !name.empty()) add_channel(channels, name);
    for (const auto& [member, subject] : named_in_body)
        if (auto id = text(member); !id.empty())
            co_await add_owner(channels, table_of(subject), std::move(id));
    co_return channels;
}

}  // namespace tally::control
