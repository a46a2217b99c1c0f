#include "analytics/query/routes.hpp"

#include "analytics/query/breakdowns.hpp"
#include "analytics/query/engagement.hpp"
#include "analytics/query/quality.hpp"
#include "analytics/query/reply.hpp"
#include "analytics/query/time_series.hpp"
#include "analytics/query/watch_time.hpp"
#include "base/enum_text.hpp"

namespace tally::analytics {

namespace {

constexpr std::size_t most_ranked = 100;
constexpr std::size_t most_chosen = 50;

using Reply = Async<Outcome<SharedText>>;

struct Routes {
    BroadcastAnalytics& broadcasts;
    ChannelAnalytics& channels;
    RankingCursors cursors;
};

Outcome<BroadcastId> id_of(const http::Request& request) {
    auto id = BroadcastId::parse(request.parameter("id"));
    if (!id) return std::unexpected(not_found("broadcast", request.parameter("id")));
    return *std::move(id);
}

std::string key_of(const http::Request& request) {
    return fmt::format("{}?{}", request.path, request.query);
}

Reply summary(const Routes& routes, const http::Request& request) {
    CO_TRY(auto id, id_of(request));
    CO_TRY(auto common, common_parameters(request));
    co_return co_await routes.broadcasts.summary(std::move(id), std::move(common), key_of(request));
}

Reply time_series_of(const Routes& routes, const http::Request& request) {
    CO_TRY(auto id, id_of(request));
    CO_TRY(auto common, common_parameters(request));
    SeriesRequest series;
    CO_TRY(series.metrics, choices(request, "metrics", series_metrics()));
    CO_TRY(auto question, co_await routes.broadcasts.question(std::move(id), std::move(common)));
    CO_TRY(series.interval, interval_for(request, question.to() - question.from()));
    const bool as_kept =
        series.metrics.empty() && request.query_parameter("interval").value_or("auto") == "auto";
    co_return co_await routes.broadcasts.answer(
        std::move(question),
        key_of(request),
        as_kept ? "timeseries" : "",
        [series = std::move(series)](FactReader& reader, const Question& asked) {
            return time_series(reader, asked, series);
        }
    );
}

Reply geography(const Routes& routes, const http::Request& request) {
    CO_TRY(auto id, id_of(request));
    CO_TRY(auto common, common_parameters(request));
    const auto levels = enum_texts<PlaceLevel>();
    CO_TRY(const auto text, choice(request, "level", levels));
    const auto level = parse_enum<PlaceLevel>(text).value_or(PlaceLevel::country);
    co_return co_await routes.broadcasts.ask(
        std::move(id),
        std::move(common),
        key_of(request),
        level == PlaceLevel::country ? "geography" : "",
        [level](FactReader& reader, const Question& question) {
            return geography_answer(reader, question, level);
        }
    );
}

/// Answers that take the common parameters alone.
auto plain(std::string_view kind, json::object (*answer)(FactReader&, const Question&)) {
    return [kind, answer](const Routes& routes, const http::Request& request) -> Reply {
        CO_TRY(auto id, id_of(request));
        CO_TRY(auto common, common_parameters(request));
        co_return co_await routes.broadcasts.ask(
            std::move(id), std::move(common), key_of(request), kind, answer
        );
    };
}

http::Problem not_our_cursor() {
    return {
        .status = 400,
        .code = "validation_failed",
        .detail = "cursor must be the nextCursor of the same ranking's page before.",
        .errors = {{"/cursor", "invalid_value", "must be a nextCursor of this list"}},
    };
}

Reply top(const Routes& routes, const http::Request& request) {
    CO_TRY(auto window, channel_window(request, "28d", false));
    TopRequest wanted;
    CO_TRY(wanted.metric, choice(request, "metric", top_metrics()));
    CO_TRY(wanted.limit, limit(request, 10, most_ranked));
    auto channel = request.query_parameter("channelId");
    const auto ranking = fmt::format("top {} {} {}", wanted.metric, window.text, channel.value_or(""));
    if (const auto cursor = request.query_parameter("cursor")) {
        wanted.after = routes.cursors.parse(ranking, *cursor);
        if (!wanted.after) co_return std::unexpected(not_our_cursor());
    }
    wanted.cursor_after = [&routes, ranking](const BroadcastId& last) {
        return routes.cursors.print(ranking, last.text());
    };
    co_return co_await routes.channels.top(
        std::move(channel), std::move(window), std::move(wanted), key_of(request)
    );
}

Reply channel(const Routes& routes, const http::Request& request) {
    CO_TRY(auto window, channel_window(request, "28d", false));
    CO_TRY(auto common, zone_parameters(request));
    co_return co_await routes.channels.channel(
        std::string(request.parameter("id")), std::move(window), std::move(common), key_of(request)
    );
}

Outcome<std::vector<BroadcastId>> chosen_broadcasts(const http::Request& request) {
    std::vector<BroadcastId> chosen;
    const auto given = request.query_parameter("broadcastIds").value_or("");
    for (std::string_view rest = given; !rest.empty();) {
        const auto each = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(each.size() + 1, rest.size()));
        auto id = BroadcastId::parse(each);
        if (!id || chosen.size() == most_chosen) {
            auto refusal = http::problem(
                400,
                "validation_failed",
                fmt::format("broadcastIds must be at most {} ids, separated by commas.", most_chosen)
            );
            refusal.error().errors = {{"/broadcastIds", "invalid_value", "must be a list of ids"}};
            return refusal;
        }
        chosen.push_back(*std::move(id));
    }
    return chosen;
}

Reply compare(const Routes& routes, const http::Request& request) {
    constexpr auto baselines = std::to_array<std::string_view>({"previous", "year", "median"});
    constexpr auto alignments = std::to_array<std::string_view>({"elapsed", "calendar"});
    CompareChoice wanted;
    CO_TRY(wanted.window, channel_window(request, "10broadcasts", true));
    CO_TRY(wanted.baseline, choice(request, "baseline", baselines));
    CO_TRY(const auto alignment, choice(request, "align", alignments));
    wanted.at_equal_elapsed = alignment == "elapsed";
    CO_TRY(wanted.chosen, chosen_broadcasts(request));
    co_return co_await routes.channels.compare(
        std::string(request.parameter("id")), std::move(wanted), key_of(request)
    );
}

}  // namespace

void add_query_routes(
    http::Router& router, BroadcastAnalytics& broadcasts, ChannelAnalytics& channels, RankingCursors cursors
) {
    const auto routes = std::make_shared<const Routes>(broadcasts, channels, std::move(cursors));
    const auto add = [&](std::string_view pattern, int poll_seconds, auto action) {
        router.add(
            http::Method::get,
            pattern,
            [routes, action, poll_seconds](const http::Request& request) -> Async<http::Response> {
                const auto text = co_await action(*routes, request);
                co_return text ? reply(**text, poll_seconds) : http::to_response(text.error(), request);
            }
        );
    };
    add("/api/analytics/broadcasts/top", 30, top);
    add("/api/analytics/broadcasts/{id}", 5, summary);
    add("/api/analytics/broadcasts/{id}/viewers/timeseries", 5, time_series_of);
    add("/api/analytics/broadcasts/{id}/engagement", 30, plain("engagement", engagement_answer));
    add("/api/analytics/broadcasts/{id}/quality", 30, plain("quality", quality_answer));
    add("/api/analytics/broadcasts/{id}/demographics", 30, plain("demographics", demographics_answer));
    add("/api/analytics/broadcasts/{id}/geography", 30, geography);
    add("/api/analytics/broadcasts/{id}/devices", 30, plain("devices", devices_answer));
    add("/api/analytics/broadcasts/{id}/watch-time", 30, plain("watch-time", watch_time_answer));
    add("/api/analytics/channels/{id}", 30, channel);
    add("/api/analytics/channels/{id}/compare", 30, compare);
}

}  // namespace tally::analytics
