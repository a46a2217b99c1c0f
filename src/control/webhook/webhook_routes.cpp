#include "control/webhook/webhook_routes.hpp"

#include "control/query.hpp"
#include "control/reply.hpp"

namespace tally::control {

namespace {

constexpr std::string_view webhook_list = "webhooks";

struct WebhookRoutes {
    WebhookService& webhooks;
    const Cursors& cursors;
};

Outcome<WebhookId> webhook_id_of(const http::Request& request) {
    auto id = WebhookId::parse(request.parameter("id"));
    if (!id) return not_found("webhook", request.parameter("id"));
    return *std::move(id);
}

json::object with_secret(const WebhookRoutes& routes, const Webhook& webhook) {
    auto view = webhook_json(webhook);
    view["secret"] = routes.webhooks.secret_of(webhook);
    return view;
}

Async<Outcome<http::Response>> create_webhook(const WebhookRoutes& routes, const http::Request& request) {
    CO_TRY(auto body, read_body<NewWebhook>(request));
    const auto answer = [&](const Webhook& made) {
        auto response = reply(201, with_secret(routes, made));
        response.headers.set("Location", "/api/webhooks/" + made.id.text());
        return response;
    };
    CO_TRY(
        const auto created,
        co_await routes.webhooks.create(std::move(body), keep_answer<Webhook>(request, answer))
    );
    co_return answer(created);
}

Async<Outcome<http::Response>> list_webhooks(const WebhookRoutes& routes, const http::Request& request) {
    Query query(request);
    const auto page = query.page(routes.cursors, webhook_list);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    const auto found = co_await routes.webhooks.list(page);
    co_return reply_page(request, found, routes.cursors, webhook_list, webhook_json);
}

Async<Outcome<http::Response>> get_webhook(const WebhookRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, webhook_id_of(request));
    CO_TRY(const auto webhook, co_await routes.webhooks.get(std::move(id)));
    co_return pollable(webhook_json(webhook));
}

Async<Outcome<http::Response>> patch_webhook(const WebhookRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, webhook_id_of(request));
    CO_TRY(auto fields, read_body<WebhookFields>(request));
    CO_TRY(const auto patched, co_await routes.webhooks.patch(std::move(id), std::move(fields)));
    co_return reply(200, webhook_json(patched));
}

Async<Outcome<http::Response>> remove_webhook(const WebhookRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, webhook_id_of(request));
    CO_TRY(const auto removed, co_await routes.webhooks.remove(std::move(id)));
    co_return reply(200, json::object{{"id", removed.id.text()}, {"deleted", true}});
}

Async<Outcome<http::Response>> rotate_secret(const WebhookRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, webhook_id_of(request));
    const auto answer = [&](const Webhook& rotated) { return reply(200, with_secret(routes, rotated)); };
    CO_TRY(
        const auto rotated,
        co_await routes.webhooks.rotate_secret(std::move(id), keep_answer<Webhook>(request, answer))
    );
    co_return answer(rotated);
}

Async<Outcome<http::Response>> test(const WebhookRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, webhook_id_of(request));
    if (auto told = co_await routes.webhooks.test(id); !told)
        co_return std::unexpected(std::move(told).error());
    co_return reply(202, json::object{{"id", id.text()}, {"type", "webhook.test"}});
}

Async<Outcome<http::Response>> deliveries(const WebhookRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, webhook_id_of(request));
    Query query(request);
    const auto of_webhook = "deliveries " + id.text();
    const auto page = query.page(routes.cursors, of_webhook);
    const auto status = query.value<DeliveryStatus>("status");
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    CO_TRY(const auto found, co_await routes.webhooks.deliveries(std::move(id), status, page));
    co_return reply_page(request, found, routes.cursors, of_webhook, delivery_json);
}

Async<Outcome<http::Response>> redeliver(const WebhookRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, webhook_id_of(request));
    auto delivery = DeliveryId::parse(request.parameter("delivery"));
    if (!delivery) co_return not_found("delivery", request.parameter("delivery"));
    const auto answer = [](const Delivery& made) { return reply(202, delivery_json(made)); };
    auto alongside = keep_answer<Delivery>(request, answer);
    CO_TRY(
        const auto again,
        co_await routes.webhooks.redeliver(std::move(id), *std::move(delivery), std::move(alongside))
    );
    co_return answer(again);
}

}  // namespace

void add_webhook_routes(http::Router& router, WebhookService& webhooks, const Cursors& cursors) {
    using http::Method;
    const auto routes = std::make_shared<const WebhookRoutes>(webhooks, cursors);
    const AddRoute add(router, routes);
    add(Method::post, "/api/webhooks", create_webhook);
    add(Method::get, "/api/webhooks", list_webhooks);
    add(Method::get, "/api/webhooks/{id}", get_webhook);
    add(Method::patch, "/api/webhooks/{id}", patch_webhook);
    add(Method::del, "/api/webhooks/{id}", remove_webhook);
    add(Method::post, "/api/webhooks/{id}/rotate-secret", rotate_secret);
    add(Method::post, "/api/webhooks/{id}/test", test);
    add(Method::get, "/api/webhooks/{id}/deliveries", deliveries);
    add(Method::post, "/api/webhooks/{id}/deliveries/{delivery}/redeliver", redeliver);
}

}  // namespace tally::control
