#include "control/broadcast/broadcast_routes.hpp"

#include "control/broadcast/broadcast_view.hpp"
#include "control/query.hpp"
#include "control/reply.hpp"

namespace tally::control {

namespace {

struct BroadcastRoutes {
    BroadcastService& broadcasts;
    const Cursors& cursors;
    http::PublicUrls urls;
    BroadcastIncludes includes;

    json::object view(const BroadcastDetails& details) const { return broadcast_json(details, urls); }
};

Outcome<BroadcastId> broadcast_id_of(const http::Request& request) {
    auto id = BroadcastId::parse(request.parameter("id"));
    if (!id) return not_found("broadcast", request.parameter("id"));
    return *std::move(id);
}

Async<Outcome<http::Response>> create_broadcast(const BroadcastRoutes& routes, const http::Request& request) {
    CO_TRY(auto body, read_body<NewBroadcast>(request));
    const auto answer = [&](const BroadcastDetails& made) { return reply_created(made, routes.urls); };
    CO_TRY(
        const auto created,
        co_await routes.broadcasts.create(std::move(body), keep_answer<BroadcastDetails>(request, answer))
    );
    co_return answer(created);
}

Async<Outcome<http::Response>> get_broadcast(const BroadcastRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, broadcast_id_of(request));
    CO_TRY(const auto wanted, read_include(request));
    CO_TRY(const auto found, co_await routes.broadcasts.get(std::move(id)));
    auto view = routes.view(found);
    co_await fill(view, found, routes.includes, wanted);
    co_return pollable(view);
}

/// "-startedAt": what sorts, and the newest first with the minus.
BroadcastOrder read_sort(Query& query, PageRequest& page) {
    auto sort = query.text("sort");
    if (!sort) return BroadcastOrder::started;
    page.newest_first = sort->starts_with('-');
    if (page.newest_first) sort->erase(0, 1);
    if (*sort == "createdAt") return BroadcastOrder::created;
    if (*sort != "startedAt") query.refuse("sort", "must be startedAt or createdAt, with or without '-'");
    return BroadcastOrder::started;
}

Async<Outcome<http::Response>> list_broadcasts(const BroadcastRoutes& routes, const http::Request& request) {
    Query query(request);
    const auto list_name = "broadcasts " + query.text("sort").value_or("-startedAt");
    auto page = query.page(routes.cursors, list_name);
    const auto order = read_sort(query, page);
    BroadcastFilter filter{
        .channel = query.value<ChannelId>("channelId"),
        .status = query.value<BroadcastStatus>("status"),
        .tag = query.text("tag"),
        .text = query.text("q"),
        .from = query.value<Time>("from"),
        .to = query.value<Time>("to"),
    };
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    const auto found = co_await routes.broadcasts.list(std::move(filter), order, std::move(page));
    co_return reply_page(request, found, routes.cursors, list_name, [&](const BroadcastDetails& each) {
        return routes.view(each);
    });
}

Async<Outcome<http::Response>> patch_broadcast(const BroadcastRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, broadcast_id_of(request));
    CO_TRY(auto fields, read_body<BroadcastFields>(request));
    CO_TRY(auto precondition, read_precondition<BroadcastDetails>(request, [&routes](const auto& current) {
               return routes.view(current);
           }));
    CO_TRY(
        const auto patched,
        co_await routes.broadcasts.patch(std::move(id), std::move(fields), std::move(precondition))
    );
    co_return reply(200, routes.view(patched));
}

Async<Outcome<http::Response>> start_broadcast(const BroadcastRoutes& routes, const http::Request& request) {
    Query query(request);
    const bool require_media = query.flag("requireMedia", false);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    CO_TRY(auto id, broadcast_id_of(request));
    CO_TRY(const auto started, co_await routes.broadcasts.start(std::move(id), require_media));
    co_return reply(200, routes.view(started));
}

Async<Outcome<http::Response>> complete_broadcast(
    const BroadcastRoutes& routes, const http::Request& request
) {
    CO_TRY(auto id, broadcast_id_of(request));
    CO_TRY(const auto ended, co_await routes.broadcasts.complete(std::move(id)));
    co_return reply(200, routes.view(ended));
}

Async<Outcome<http::Response>> revoke_broadcast(const BroadcastRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, broadcast_id_of(request));
    CO_TRY(const auto revoked, co_await routes.broadcasts.revoke(std::move(id)));
    co_return reply(200, routes.view(revoked));
}

Async<Outcome<http::Response>> cancel_broadcast(const BroadcastRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, broadcast_id_of(request));
    CO_TRY(const auto ended, co_await routes.broadcasts.cancel(std::move(id)));
    co_return reply(200, routes.view(ended));
}

}  // namespace

void add_broadcast_routes(
    http::Router& router,
    BroadcastService& broadcasts,
    const Cursors& cursors,
    const http::PublicUrls& urls,
    BroadcastIncludes includes
) {
    using http::Method;
    const auto routes =
        std::make_shared<const BroadcastRoutes>(broadcasts, cursors, urls, std::move(includes));
    const AddRoute add(router, routes);
    add(Method::post, "/api/broadcasts", create_broadcast);
    add(Method::get, "/api/broadcasts", list_broadcasts);
    add(Method::get, "/api/broadcasts/{id}", get_broadcast);
    add(Method::patch, "/api/broadcasts/{id}", patch_broadcast);
    add(Method::post, "/api/broadcasts/{id}/start", start_broadcast);
    add(Method::post, "/api/broadcasts/{id}/complete", complete_broadcast);
    add(Method::post, "/api/broadcasts/{id}/cancel", cancel_broadcast);
    add(Method::post, "/api/broadcasts/{id}/revoke", revoke_broadcast);
}

}  // namespace tally::control
