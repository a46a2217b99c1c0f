#include "analytics/query/channel_analytics.hpp"

#include "json/text.hpp"

namespace tally::analytics {

namespace {

using std::chrono::days;

constexpr std::size_t most_broadcasts = 200;
constexpr days year{365};
constexpr days returning_within{28};
/// How far back a number of broadcasts is looked for.
constexpr days history{2 * 365};

/// Who came back more than once is one of them.
std::uint64_t returning_viewers(
    FactReader& reader, const ChannelId& channel, const std::vector<BroadcastInfo>& broadcasts
) {
    DistinctCount viewers;
    for (const auto& info : broadcasts) {
        const auto since = info.begin() - returning_within;
        reader.returning_viewers(info.id, channel, since, [&](ViewerKey viewer) { viewers.add(viewer); });
    }
    return viewers.count();
}

}  // namespace

Async<Outcome<ChannelId>> ChannelAnalytics::find_channel(std::string name) {
    auto found = co_await broadcasts_.find_channel(name);
    if (!found) co_return std::unexpected(unavailable(found.error()));
    if (!*found) co_return std::unexpected(not_found("channel", name));
    co_return **std::move(found);
}

Async<Outcome<ChannelAnalytics::Infos>> ChannelAnalytics::started_in(
    std::optional<ChannelId> channel, Time from, Time to, std::size_t limit
) {
    auto found = co_await broadcasts_.started_in(std::move(channel), from, to, limit);
    if (!found) co_return std::unexpected(unavailable(found.error()));
    for (const auto& info : *found)
        if (live_ != nullptr && !Question{.broadcast = info, .now = clock_.now()}.settled())
            co_await live_->settle(info.id);
    co_return *std::move(found);
}

Async<Outcome<SharedText>> ChannelAnalytics::read(
    std::string key, std::function<json::object(FactReader&)> make
) {
    SharedText text;
    const auto done = co_await archive_.read([&](FactReader& reader) {
        text = cache_.get(key, false, [&] { return tally::json::print(make(reader)); });
    });
    if (!done) co_return std::unexpected(unavailable(done.error()));
    co_return text;
}

Async<Outcome<SharedText>> ChannelAnalytics::top(
    std::optional<std::string> channel, ChannelWindow window, TopRequest request, std::string key
) {
    if (auto fresh = cache_.find(key)) co_return fresh;
    if (channel) {
        CO_TRY(request.channel, co_await find_channel(*std::move(channel)));
    }
    request.window = window.text;
    const auto now = clock_.now();
    CO_TRY(const auto infos, co_await started_in(request.channel, now - *window.days, now, most_broadcasts));
    co_return co_await read(std::move(key), [&](FactReader& reader) {
        return top_answer(request, airings_of(reader, infos, now));
    });
}

Async<Outcome<SharedText>> ChannelAnalytics::channel(
    std::string name, ChannelWindow window, CommonParameters common, std::string key
) {
    if (auto fresh = cache_.find(key)) co_return fresh;
    CO_TRY(auto channel, co_await find_channel(std::move(name)));
    const auto now = clock_.now();
    const ChannelRequest request{
        .channel = channel,
        .window = window,
        .from = now - *window.days,
        .to = now,
        .utc_offset = common.utc_offset,
        .timezone = common.timezone,
    };
    CO_TRY(const auto infos, co_await started_in(channel, request.from, now, most_broadcasts));
    co_return co_await read(std::move(key), [&](FactReader& reader) {
        return channel_answer(
            request, airings_of(reader, infos, now), returning_viewers(reader, channel, infos)
        );
    });
}

Async<Outcome<ChannelAnalytics::Infos>> ChannelAnalytics::chosen(
    ChannelId channel, std::vector<BroadcastId> ids
) {
    Infos infos;
    for (const auto& id : ids) {
        auto found = co_await broadcasts_.find(id);
        if (!found) co_return std::unexpected(unavailable(found.error()));
        if (!*found || (*found)->channel != channel)
            co_return std::unexpected(not_found("broadcast", id.text()));
        infos.push_back(**std::move(found));
    }
    std::ranges::sort(infos, std::greater(), &BroadcastInfo::begin);
    co_return infos;
}

Async<Outcome<ChannelAnalytics::Infos>> ChannelAnalytics::baseline(
    ChannelId channel, CompareChoice choice, Infos current, Time now
) {
    const auto& days = choice.window.days;
    const auto first = current.empty() ? now : current.back().begin();
    if (choice.baseline == "year")
        co_return co_await started_in(
            channel, (days ? now - *days : first) - year, now - year, most_broadcasts
        );
    if (choice.baseline == "median")
        co_return co_await started_in(channel, first - year, first, most_broadcasts);
    if (days && choice.chosen.empty())
        co_return co_await started_in(channel, now - 2 * *days, now - *days, most_broadcasts);
    const auto as_many = std::max({choice.window.broadcasts, current.size(), std::size_t{1}});
    co_return co_await started_in(channel, first - history, first, as_many);
}

Async<Outcome<ChannelAnalytics::Sides>> ChannelAnalytics::sides(ChannelId channel, CompareChoice choice) {
    const auto now = clock_.now();
    const auto& days = choice.window.days;
    Sides sides;
    if (!choice.chosen.empty()) {
        CO_TRY(sides.current, co_await chosen(channel, choice.chosen));
    } else if (days) {
        CO_TRY(sides.current, co_await started_in(channel, now - *days, now, most_broadcasts));
    } else {
        CO_TRY(sides.current, co_await started_in(channel, now - history, now, choice.window.broadcasts));
    }
    CO_TRY(sides.previous, co_await baseline(channel, choice, sides.current, now));
    co_return sides;
}

Async<Outcome<SharedText>> ChannelAnalytics::compare(
    std::string name, CompareChoice choice, std::string key
) {
    if (auto fresh = cache_.find(key)) co_return fresh;
    CO_TRY(auto channel, co_await find_channel(std::move(name)));
    CO_TRY(const auto both, co_await sides(channel, choice));
    const CompareRequest request{
        .channel = channel,
        .window = choice.window.text,
        .baseline = choice.baseline,
        .at_equal_elapsed = choice.at_equal_elapsed,
        .now = clock_.now(),
    };
    co_return co_await read(std::move(key), [&](FactReader& reader) {
        return compare_answer(
            reader,
            request,
            airings_of(reader, both.current, request.now),
            airings_of(reader, both.previous, request.now)
        );
    });
}

}  // namespace tally::analytics
