#include "control/stream/health_routes.hpp"

#include "control/query.hpp"
#include "control/reply.hpp"

#include <algorithm>
#include <charconv>

namespace tally::control {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds longest_window = std::chrono::days(7);

struct HealthRoutes {
    HealthService& health;
};

Outcome<StreamId> health_id_of(const http::Request& request) {
    auto id = StreamId::parse(request.parameter("id"));
    if (!id) return not_found("stream", request.parameter("id"));
    return *std::move(id);
}

/// How often to ask: health every 10 s by the workflows, at most once a second by its making.
http::Response polled(http::Response response) {
    response.headers.set("X-Poll-Interval", "10");
    return response;
}

http::Response respond(const HealthReport& report) {
    http::Response response{.status = 200, .headers = {}, .body = report.document};
    response.headers.set("Content-Type", "application/json");
    response.headers.set("ETag", report.etag);
    response.headers.set("Cache-Control", "max-age=1");
    return polled(std::move(response));
}

/// "90s", "15m", "6h" or "7d".
std::optional<std::chrono::seconds> parse_span(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || count <= 0 || count > longest_window.count()) return std::nullopt;
    const std::string_view unit(end, text.data() + text.size());
    if (unit == "s") return std::chrono::seconds(count);
    if (unit == "m") return std::chrono::minutes(count);
    if (unit == "h") return std::chrono::hours(count);
    if (unit == "d") return std::chrono::days(count);
    return std::nullopt;
}

std::chrono::seconds read_interval(Query& query) {
    const auto text = query.text("interval").value_or("auto");
    if (text == "auto") return 0s;
    if (text == "1s") return 1s;
    if (text == "10s") return 10s;
    if (text == "1m") return 60s;
    query.refuse("interval", "must be one of 1s, 10s, 1m, auto");
    return 0s;
}

std::vector<std::string> read_metrics(Query& query, const std::vector<std::string_view>& known) {
    std::vector<std::string> metrics;
    const auto text = query.text("metrics").value_or("");
    for (std::string_view rest = text; !rest.empty();) {
        const auto name = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
        if (std::ranges::find(known, name) != known.end())
            metrics.emplace_back(name);
        else
            return query.refuse("metrics", fmt::format("must be of {}", fmt::join(known, ", "))), metrics;
    }
    return metrics;
}

Async<Outcome<http::Response>> health(const HealthRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, health_id_of(request));
    if (const auto report = routes.health.running(id)) co_return respond(*report);
    CO_TRY(const auto document, co_await routes.health.past(std::move(id)));
    co_return polled(pollable(document));
}

Async<Outcome<http::Response>> stats(const HealthRoutes& routes, const http::Request& request) {
    Query query(request);
    HealthService::StatsQuery asked{
        .from = query.value<Time>("from"),
        .to = query.value<Time>("to"),
        .interval = read_interval(query),
        .metrics = read_metrics(query, routes.health.directory().metrics()),
    };
    if (const auto text = query.text("window")) {
        const auto window = parse_span(*text);
        if (!window || *window > longest_window)
            query.refuse("window", "must be a span up to 7d: 90s, 15m, 6h");
        asked.window = window.value_or(asked.window);
    }
    if (asked.from && asked.to && *asked.from >= *asked.to) query.refuse("from", "must be before to");
    if (asked.from && asked.to.value_or(*asked.from) - *asked.from > longest_window)
        query.refuse("from", "must be 7 days before to, at most");
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    CO_TRY(auto id, health_id_of(request));
    CO_TRY(const auto document, co_await routes.health.stats(std::move(id), std::move(asked)));
    co_return polled(pollable(document));
}

}  // namespace

void add_health_routes(http::Router& router, HealthService& service) {
    const auto routes = std::make_shared<const HealthRoutes>(service);
    const AddRoute add(router, routes);
    add(http::Method::get, "/api/streams/{id}/health", health);
    add(http::Method::get, "/api/streams/{id}/stats", stats);
}

}  // namespace tally::control
