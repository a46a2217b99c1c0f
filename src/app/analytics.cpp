#include "app/analytics.hpp"

#include "json/text.hpp"

namespace tally::app {
namespace {

constexpr std::size_t page_size = 200;

analytics::BroadcastInfo info_of(const control::Broadcast& broadcast) {
    return {
        .id = broadcast.id,
        .channel = broadcast.channel_id,
        .title = broadcast.title,
        .status = std::string(enum_text(broadcast.status)),
        .created = broadcast.created_at,
        .started = broadcast.started_at,
        .ended = broadcast.ended_at,
    };
}

}  // namespace

Task<std::optional<analytics::BroadcastInfo>> KnownBroadcasts::find(BroadcastId id) try {
    const auto found = co_await broadcasts_.get(std::move(id));
    if (!found) co_return std::nullopt;
    auto info = info_of(found->broadcast);
    const auto alerts = co_await alerts_.list({.broadcast = info.id}, {.limit = page_size});
    for (const auto& alert : alerts.items)
        info.alerts.push_back({alert.id.text(), alert.first_seen_at, alert.resolved_at.value_or(clock_.now())}
        );
    co_return info;
} catch (const sql::Unavailable& error) {
    co_return fail(Errc::io, error.what());
}

Task<std::optional<ChannelId>> KnownBroadcasts::find_channel(std::string name) {
    const auto entry = names_.find(name);
    co_return entry ? std::optional(entry->id) : std::nullopt;
}

Task<std::vector<analytics::BroadcastInfo>> KnownBroadcasts::started_in(
    std::optional<ChannelId> channel, Time from, Time to, std::size_t limit
) try {
    std::vector<analytics::BroadcastInfo> found;
    control::PageRequest request{.limit = page_size};
    do {
        auto page =
            co_await broadcasts_.list({.channel = channel}, control::BroadcastOrder::started, request);
        for (const auto& details : page.items) {
            const auto& broadcast = details.broadcast;
            if (broadcast.started_at.value_or(broadcast.created_at) < from) co_return found;
            if (!broadcast.started_at || *broadcast.started_at >= to) continue;
            found.push_back(info_of(broadcast));
            if (found.size() == limit) co_return found;
        }
        request.after = std::move(page.next);
    } while (request.after);
    co_return found;
} catch (const sql::Unavailable& error) {
    co_return fail(Errc::io, error.what());
}

/// Shares the API's cache, and with it its rest after costly answers.
Async<std::string> Analytics::answer(BroadcastId broadcast, std::string_view kind) {
    const auto known = analytics::kept_answers();
    const auto found = std::ranges::find(known, kind, [](const auto& each) { return each.first; });
    if (found == known.end()) co_return "";
    auto key = fmt::format("/api/analytics/broadcasts/{}/{}?", broadcast.text(), kind);
    const auto text = co_await broadcasts_.ask(std::move(broadcast), {}, std::move(key), kind, found->second);
    co_return text ? **text : "";
}

void Analytics::add_routes(http::Router& router) {
    const analytics::RankingCursors cursors{
        .print = [this](
                     std::string_view ranking, std::string_view broadcast
                 ) { return cursors_.print(ranking, {.at = {}, .id = std::string(broadcast)}); },
        .parse = [this](std::string_view ranking, std::string_view cursor) -> std::optional<std::string> {
            auto position = cursors_.parse(ranking, cursor);
            return position ? std::optional(std::move(position->id)) : std::nullopt;
        },
    };
    analytics::add_query_routes(router, broadcasts_, channels_, cursors);
}

control::BroadcastInclude Analytics::summaries() {
    const auto read = [this](const control::BroadcastDetails& details) -> Async<json::value> {
        const auto& id = details.broadcast.id;
        const auto text =
            co_await broadcasts_.summary(id, {}, fmt::format("/api/analytics/broadcasts/{}?", id.text()));
        if (!text) throw std::runtime_error(text.error().detail);
        auto document = json::parse(**text);
        if (!document) throw std::runtime_error("the summary is not JSON");
        co_return *std::move(document);
    };
    return {.name = "analytics", .read = read};
}

}  // namespace tally::app
