#include "control/channel/channel_routes.hpp"

#include "control/channel/channel_view.hpp"
#include "control/key/key_sight.hpp"
#include "control/query.hpp"
#include "control/reply.hpp"

namespace tally::control {

namespace {

constexpr std::string_view channel_list = "channels";

std::string named(const http::Request& request) {
    return std::string(request.parameter("id"));
}

Async<Outcome<http::Response>> create(ChannelService& channels, const http::Request& request) {
    CO_TRY(auto fields, read_body<ChannelFields>(request));
    const auto answer = [&](const Channel& made) {
        const bool shown = may_see_new_key(request);
        auto response =
            reply(201, shown ? channel_json_with_key(made, channels.key_of(made)) : channel_json(made));
        response.headers.set("Location", "/api/channels/" + made.id.text());
        return response;
    };
    CO_TRY(
        const auto channel, co_await channels.create(std::move(fields), keep_answer<Channel>(request, answer))
    );
    co_return answer(channel);
}

Async<Outcome<http::Response>> list(
    ChannelService& channels, const Cursors& cursors, const http::Request& request
) {
    Query query(request);
    ChannelRepository::Filter filter{.status = query.value<ChannelStatus>("status")};
    if (request.caller) filter.among = request.caller->channels;
    const auto page = query.page(cursors, channel_list);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    const auto found = co_await channels.list(filter, page);
    co_return reply_page(request, found, cursors, channel_list, channel_json);
}

Async<Outcome<http::Response>> get(ChannelService& channels, const http::Request& request) {
    CO_TRY(const auto channel, co_await channels.get(named(request)));
    if (asks_with_keys(request)) co_return pollable(channel_json_with_key(channel, channels.key_of(channel)));
    co_return pollable(channel_json(channel));
}

Async<Outcome<http::Response>> patch(ChannelService& channels, const http::Request& request) {
    CO_TRY(auto fields, read_body<ChannelFields>(request));
    CO_TRY(auto precondition, read_precondition<Channel>(request, channel_json));
    CO_TRY(
        const auto channel,
        co_await channels.patch(named(request), std::move(fields), std::move(precondition))
    );
    co_return reply(200, channel_json(channel));
}

Async<Outcome<http::Response>> remove(ChannelService& channels, const http::Request& request) {
    CO_TRY(const auto channel, co_await channels.remove(named(request)));
    co_return reply(200, channel_json(channel));
}

Async<Outcome<http::Response>> rotate_key(ChannelService& channels, const http::Request& request) {
    const auto answer = [&](const Channel& rotated) {
        return reply(200, channel_json_with_key(rotated, channels.key_of(rotated)));
    };
    CO_TRY(
        const auto channel,
        co_await channels.rotate_key(named(request), keep_answer<Channel>(request, answer))
    );
    co_return answer(channel);
}

}  // namespace

void add_channel_routes(http::Router& router, ChannelService& channels, const Cursors& cursors) {
    using http::Method;
    const auto add = [&](Method method, std::string_view pattern, Action action) {
        router.add(method, pattern, handler(std::move(action)));
    };
    add(Method::post, "/api/channels", [&](const auto& request) { return create(channels, request); });
    add(Method::get, "/api/channels", [&](const auto& request) { return list(channels, cursors, request); });
    add(Method::get, "/api/channels/{id}", [&](const auto& request) { return get(channels, request); });
    add(Method::patch, "/api/channels/{id}", [&](const auto& request) { return patch(channels, request); });
    add(Method::del, "/api/channels/{id}", [&](const auto& request) { return remove(channels, request); });
    add(Method::post, "/api/channels/{id}/rotate-key", [&](const auto& request) {
        return rotate_key(channels, request);
    });
}

}  // namespace tally::control
