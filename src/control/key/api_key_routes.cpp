#include "control/key/api_key_routes.hpp"

#include "control/query.hpp"
#include "control/reply.hpp"

namespace tally::control {
namespace {

constexpr std::string_view api_key_list = "api keys";

struct ApiKeyRoutes {
    ApiKeyService& keys;
    const Cursors& cursors;
    const Clock& clock;

    json::object view(const ApiKey& key) const { return api_key_json(key, clock.now()); }
};

Outcome<ApiKeyId> api_key_id_of(const http::Request& request) {
    auto id = ApiKeyId::parse(request.parameter("id"));
    if (!id) return not_found("api_key", request.parameter("id"));
    return *std::move(id);
}

Async<Outcome<http::Response>> create_api_key(const ApiKeyRoutes& routes, const http::Request& request) {
    CO_TRY(auto body, read_body<NewApiKey>(request));
    const auto answer = [&](const CreatedApiKey& made) {
        auto view = routes.view(made.key);
        view["key"] = made.secret;
        auto response = reply(201, view);
        response.headers.set("Location", "/api/keys/" + made.key.id.text());
        return response;
    };
    CO_TRY(
        const auto created,
        co_await routes.keys.create(std::move(body), keep_answer<CreatedApiKey>(request, answer))
    );
    co_return answer(created);
}

Async<Outcome<http::Response>> list_api_keys(const ApiKeyRoutes& routes, const http::Request& request) {
    Query query(request);
    const auto page = query.page(routes.cursors, api_key_list);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    const auto found = co_await routes.keys.list(page);
    co_return reply_page(request, found, routes.cursors, api_key_list, [&](const ApiKey& key) {
        return routes.view(key);
    });
}

Async<Outcome<http::Response>> get_api_key(const ApiKeyRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, api_key_id_of(request));
    CO_TRY(const auto key, co_await routes.keys.get(std::move(id)));
    co_return pollable(routes.view(key));
}

Async<Outcome<http::Response>> revoke_api_key(const ApiKeyRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, api_key_id_of(request));
    CO_TRY(const auto key, co_await routes.keys.revoke(std::move(id)));
    co_return reply(200, routes.view(key));
}

}  // namespace

void add_api_key_routes(
    http::Router& router, ApiKeyService& keys, const Cursors& cursors, const Clock& clock
) {
    using http::Method;
    const auto routes = std::make_shared<const ApiKeyRoutes>(keys, cursors, clock);
    const AddRoute add(router, routes);
    add(Method::post, "/api/keys", create_api_key);
    add(Method::get, "/api/keys", list_api_keys);
    add(Method::get, "/api/keys/{id}", get_api_key);
    add(Method::del, "/api/keys/{id}", revoke_api_key);
}

}  // namespace tally::control
