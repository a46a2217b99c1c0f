#include "analytics/realtime/realtime_routes.hpp"

#include "analytics/realtime/realtime_document.hpp"
#include "http/problem.hpp"
#include "json/text.hpp"

#include <charconv>

namespace tally::analytics {
namespace {

using http::Outcome;
using http::Request;
using http::Response;

constexpr std::chrono::seconds default_window{300};
constexpr std::chrono::seconds least_window{60};
constexpr std::chrono::seconds most_window{1800};

Response json_answer(std::string body, std::string_view cache_control) {
    Response response;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", cache_control);
    response.body = std::move(body);
    return response;
}

/// "60s" to "30m".
Outcome<std::chrono::seconds> window_of(const Request& request) {
    const auto text = request.query_parameter("window");
    if (!text) return default_window;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
    const auto unit = std::string_view(end, text->data() + text->size());
    const bool valid = error == std::errc() && (unit == "s" || unit == "m") && number > 0 && number <= 3600;
    const auto window = std::chrono::seconds(unit == "m" ? number * 60 : number);
    if (valid && window >= least_window && window <= most_window) return window;
    auto refusal = http::problem(400, "invalid_window", "The window is from 60s to 30m.");
    refusal.error().extra = {{"allowed", "60s to 30m"}};
    return refusal;
}

/// The text for one second and window, made by the first who asks on this thread and shared by all who
/// follow.
const std::string& rendered(const SnapshotPtr& snapshot, std::chrono::seconds window, Time now) {
    struct Rendered {
        std::weak_ptr<const Snapshot> of;
        std::chrono::seconds window{};
        std::string text;
    };

    constexpr std::size_t most_kept = 64;
    thread_local std::unordered_map<std::string, Rendered> kept;
    if (kept.size() > most_kept) kept.clear();
    auto& entry = kept[snapshot->sample.broadcast->id.text()];
    if (entry.of.lock() != snapshot || entry.window != window)
        entry = {snapshot, window, json::print(realtime_document(*snapshot, window, now))};
    return entry.text;
}

Async<Response> realtime(
    const Request& request, const Engine& engine, const FindBroadcast& find, const Clock& clock
) {
    const auto window = window_of(request);
    if (!window) co_return to_response(window.error(), request);
    const auto id = BroadcastId::parse(request.parameter("id"));
    const auto now = clock.now();
    std::string body;
    if (const auto snapshot = id ? engine.snapshot(id->text()) : nullptr) {
        body = rendered(snapshot, *window, now);
    } else {
        const auto known = id ? co_await find(*id) : Result<std::optional<bool>>(std::nullopt);
        if (!known || !engine.is_running()) {
            http::Problem away{
                .status = 503, .code = "analytics_unavailable", .detail = "Try again in a moment."
            };
            away.retry_after = 1;
            co_return to_response(away, request);
        }
        if (!*known)
            co_return to_response(
                {.status = 404,
                 .code = "broadcast_not_found",
                 .detail = fmt::format("There is no broadcast {}.", request.parameter("id"))},
                request
            );
        body = json::print(no_audience_document(*id, **known, now));
    }
    auto response = json_answer(std::move(body), "max-age=1");
    response.headers.add("X-Poll-Interval", "5");
    co_return response;
}

}  // namespace

void add_realtime_route(http::Router& router, const Engine& engine, FindBroadcast find, const Clock& clock) {
    router.add(
        http::Method::get,
        "/api/analytics/broadcasts/{id}/viewers/realtime",
        [&engine, &clock, find = std::move(find)](const Request& request) {
            return realtime(request, engine, find, clock);
        }
    );
}

void add_public_viewers_route(http::Router& router, const Engine& engine, OnAir on_air) {
    router.add(
        http::Method::get,
        "/live/{channel}/viewers.json",
        [&engine, on_air = std::move(on_air)](const Request& request) -> Async<Response> {
            const auto broadcast = on_air(request.parameter("channel"));
            if (!broadcast) {
                http::Problem offline{
                    .status = 404,
                    .code = "channel_offline",
                    .detail = fmt::format("Channel {} is not on air.", request.parameter("channel")),
                };
                offline.retry_after = 5;
                co_return to_response(offline, request);
            }
            const auto snapshot = engine.snapshot(broadcast->text());
            const auto viewers = snapshot ? snapshot->sample.figures.viewers : 0;
            co_return json_answer(
                json::print(boost::json::object{{"live", true}, {"viewers", public_count(viewers)}}),
                "public, max-age=5"
            );
        }
    );
}

}  // namespace tally::analytics
