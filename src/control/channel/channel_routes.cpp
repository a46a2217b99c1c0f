#include "control/channel/channel_routes.hpp"

#include "control/channel/channel_view.hpp"
#include "control/key/key_sight.hpp"
#include "control/query.hpp"
#include "control/reply.hpp"

namespace tally::control {

namespace {

constexpr std::string_view channel_list = "channels";

struct ChannelRoutes {
    ChannelService& channels;
    const Cursors& cursors;
};

std::string named(const http::Request& request) {
    return std::string(request.parameter("id"));
}

Async<Outcome<http::Response>> create(const ChannelRoutes& routes, const http::Request& request) {
    CO_TRY(auto fields, read_body<ChannelFields>(request));
    const auto answer = [&](const Channel& made) {
        const bool shown = may_see_new_key(request);
        auto response = reply(
            201, shown ? channel_json_with_key(made, routes.channels.key_of(made)) : channel_json(made)
        );
        response.headers.set("Location", "/api/channels/" + made.id.text());
        return response;
    };
    CO_TRY(
        const auto channel,
        co_await routes.channels.create(std::move(fields), keep_answer<Channel>(request, answer))
    );
    co_return answer(channel);
}

Async<Outcome<http::Response>> list(const ChannelRoutes& routes, const http::Request& request) {
    Query query(request);
    ChannelRepository::Filter filter{.status = query.value<ChannelStatus>("status")};
    if (request.caller) filter.among = request.caller->channels;
    const auto page = query.page(routes.cursors, channel_list);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    const auto found = co_await routes.channels.list(filter, page);
    co_return reply_page(request, found, routes.cursors, channel_list, channel_json);
}

Async<Outcome<http::Response>> get(const ChannelRoutes& routes, const http::Request& request) {
    CO_TRY(const auto channel, co_await routes.channels.get(named(request)));
    if (asks_with_keys(request))
        co_return pollable(channel_json_with_key(channel, routes.channels.key_of(channel)));
    co_return pollable(channel_json(channel));
}

Async<Outcome<http::Response>> patch(const ChannelRoutes& routes, const http::Request& request) {
    CO_TRY(auto fields, read_body<ChannelFields>(request));
    CO_TRY(auto precondition, read_precondition<Channel>(request, channel_json));
    CO_TRY(
        const auto channel,
        co_await routes.channels.patch(named(request), std::move(fields), std::move(precondition))
    );
    co_return reply(200, channel_json(channel));
}

Async<Outcome<http::Response>> remove(const ChannelRoutes& routes, const http::Request& request) {
    CO_TRY(const auto channel, co_await routes.channels.remove(named(request)));
    co_return reply(200, channel_json(channel));
}

Async<Outcome<http::Response>> rotate_key(const ChannelRoutes& routes, const http::Request& request) {
    const auto answer = [&](const Channel& rotated) {
        return reply(200, channel_json_with_key(rotated, routes.channels.key_of(rotated)));
    };
    CO_TRY(
        const auto channel,
        co_await routes.channels.rotate_key(named(request), keep_answer<Channel>(request, answer))
    );
    co_return answer(channel);
}

}  // namespace

void add_channel_routes(http::Router& router, ChannelService& channels, const Cursors& cursors) {
    using http::Method;
    const auto routes = std::make_shared<const ChannelRoutes>(channels, cursors);
    const AddRoute add(router, routes);
    add(Method::post, "/api/channels", create);
    add(Method::get, "/api/channels", list);
    add(Method::get, "/api/channels/{id}", get);
    add(Method::patch, "/api/channels/{id}", patch);
    add(Method::del, "/api/channels/{id}", remove);
    add(Method::post, "/api/channels/{id}/rotate-key", rotate_key);
}

}  // namespace tally::control
