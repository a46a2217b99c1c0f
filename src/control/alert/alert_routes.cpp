#include "control/alert/alert_routes.hpp"

#include "control/query.hpp"
#include "control/reply.hpp"

namespace tally::control {

namespace {

constexpr std::string_view alert_list = "alerts";

struct AlertRoutes {
    AlertService& alerts;
    const Cursors& cursors;
    const Clock& clock;
};

Outcome<AlertId> alert_id_of(const http::Request& request) {
    auto id = AlertId::parse(request.parameter("id"));
    if (!id) return not_found("alert", request.parameter("id"));
    return *std::move(id);
}

AlertFilter alert_filter(Query& query) {
    AlertFilter filter{
        .status = query.value<AlertSelection>("status").value_or(AlertSelection::all),
        .severity = query.value<Severity>("severity"),
        .code = query.text("code"),
        .from = query.value<Time>("from"),
        .to = query.value<Time>("to"),
    };
    if (const auto since = query.value<Time>("since")) filter.from = since;
    return filter;
}

Async<Outcome<http::Response>> of_broadcast(const AlertRoutes& routes, const http::Request& request) {
    Query query(request);
    auto filter = alert_filter(query);
    auto page = query.page(routes.cursors, alert_list);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    auto id = BroadcastId::parse(request.parameter("id"));
    if (!id) co_return not_found("broadcast", request.parameter("id"));
    CO_TRY(const auto found, co_await routes.alerts.of_broadcast(*id, std::move(filter), std::move(page)));
    json::array items;
    for (const auto& alert : found.page.items)
        items.push_back(alert_json(alert));
    std::optional<std::string> next;
    if (found.page.next) next = routes.cursors.print(alert_list, *found.page.next);
    auto response = pollable(json::object{
        {"broadcastId", id->text()},
        {"asOf", to_rfc3339(std::chrono::floor<std::chrono::seconds>(routes.clock.now()))},
        {"activeCount", found.open.all()},
        {"counts", json::encode(found.open)},
        {"items", std::move(items)},
        {"nextCursor", json::encode(next)},
        {"hasMore", next.has_value()},
    });
    if (next) add_next_link(response, request, *next);
    response.headers.set("X-Poll-Interval", "15");
    co_return response;
}

Async<Outcome<http::Response>> list_alerts(const AlertRoutes& routes, const http::Request& request) {
    Query query(request);
    auto filter = alert_filter(query);
    filter.channel = query.value<ChannelId>("channelId");
    filter.broadcast = query.value<BroadcastId>("broadcastId");
    auto page = query.page(routes.cursors, alert_list);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    const auto found = co_await routes.alerts.list(std::move(filter), std::move(page));
    co_return reply_page(request, found, routes.cursors, alert_list, alert_json);
}

Async<Outcome<http::Response>> get_alert(const AlertRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, alert_id_of(request));
    CO_TRY(const auto found, co_await routes.alerts.get(std::move(id)));
    co_return pollable(alert_json(found));
}

Async<Outcome<http::Response>> acknowledge_alert(const AlertRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, alert_id_of(request));
    std::optional<std::string> by;
    if (request.caller) by = request.caller->id;
    CO_TRY(const auto done, co_await routes.alerts.acknowledge(std::move(id), std::move(by)));
    co_return reply(200, alert_json(done));
}

}  // namespace

json::object alert_json(const Alert& alert) {
    return json::encode(alert).get_object();
}

void add_alert_routes(
    http::Router& router, AlertService& alerts, const Cursors& cursors, const Clock& clock
) {
    using http::Method;
    const auto routes = std::make_shared<const AlertRoutes>(alerts, cursors, clock);
    const AddRoute add(router, routes);
    add(Method::get, "/api/broadcasts/{id}/alerts", of_broadcast);
    add(Method::get, "/api/alerts", list_alerts);
    add(Method::get, "/api/alerts/{id}", get_alert);
    add(Method::post, "/api/alerts/{id}/acknowledge", acknowledge_alert);
}

}  // namespace tally::control
