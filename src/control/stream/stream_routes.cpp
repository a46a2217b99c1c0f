#include "control/stream/stream_routes.hpp"

#include "control/key/key_sight.hpp"
#include "control/query.hpp"
#include "control/reply.hpp"
#include "control/stream/stream_view.hpp"

namespace tally::control {

namespace {

constexpr std::string_view stream_list = "streams";

struct StreamRoutes {
    StreamService& streams;
    const Cursors& cursors;
    const PlaybackTokens& tokens;
    http::PublicUrls urls;
};

Outcome<StreamId> stream_id_of(const http::Request& request) {
    auto id = StreamId::parse(request.parameter("id"));
    if (!id) return not_found("stream", request.parameter("id"));
    return *std::move(id);
}

Async<Outcome<http::Response>> post_start(const StreamRoutes& routes, const http::Request& request) {
    CO_TRY(auto body, read_body<StartStream>(request));
    CO_TRY(const auto started, co_await routes.streams.start(std::move(body)));
    const auto key = routes.streams.key_of(started.details.channel);
    auto response = reply(started.created ? 201 : 200, started_json(started.details, key, routes.urls));
    if (started.created) response.headers.set("Location", "/api/streams/" + started.details.stream.id.text());
    co_return response;
}

Async<Outcome<http::Response>> post_stop(const StreamRoutes& routes, const http::Request& request) {
    CO_TRY(auto body, read_body<StopStream>(request));
    CO_TRY(auto id, stream_id_of(request));
    CO_TRY(const auto stopped, co_await routes.streams.stop(std::move(id), std::move(body)));
    co_return reply(200, stopped_json(stopped, routes.urls));
}

Async<Outcome<http::Response>> get_stream(const StreamRoutes& routes, const http::Request& request) {
    CO_TRY(auto id, stream_id_of(request));
    CO_TRY(const auto found, co_await routes.streams.get(std::move(id)));
    auto view = stream_json(found, routes.urls);
    if (asks_with_keys(request)) add_ingest_secrets(view, routes.streams.key_of(found.channel), routes.urls);
    co_return pollable(view);
}

Async<Outcome<http::Response>> list_streams(const StreamRoutes& routes, const http::Request& request) {
    Query query(request);
    StreamFilter filter{
        .status = query.value<StreamSelection>("status").value_or(StreamSelection::active),
        .channel = query.value<ChannelId>("channelId"),
    };
    auto page = query.page(routes.cursors, stream_list);
    if (auto valid = query.finish(); !valid) co_return std::unexpected(std::move(valid).error());
    const auto found = co_await routes.streams.list(std::move(filter), std::move(page));
    co_return reply_page(request, found, routes.cursors, stream_list, [&](const StreamDetails& each) {
        return stream_json(each, routes.urls);
    });
}

Async<Outcome<http::Response>> playback(const StreamRoutes& routes, const http::Request& request) {
    Query query(request);
    const auto format = query.value<PlaybackFormat>("format");
    const bool with_token = query.flag("token", false);
    if (auto valid = query.finish(); !valid) {
        valid.error().extra["supportedFormats"] = json::array{"hls", "dash", "rtmp"};
        co_return std::unexpected(std::move(valid).error());
    }
    if (with_token && request.caller && !request.caller->may(http::Scope::cdn_sign))
        co_return insufficient_scope(http::Scope::cdn_sign);
    CO_TRY(auto id, stream_id_of(request));
    CO_TRY(const auto found, co_await routes.streams.get(std::move(id)));
    std::optional<PlaybackToken> token;
    if (with_token) token = routes.tokens.sign({.subject = found.stream.channel_id.text()});
    const auto renditions = routes.streams.renditions(found.stream.id);
    co_return pollable(playback_json(found, renditions, {format, token}, routes.urls));
}

}  // namespace

void add_stream_routes(
    http::Router& router,
    StreamService& streams,
    const Cursors& cursors,
    const PlaybackTokens& tokens,
    const http::PublicUrls& urls
) {
    using http::Method;
    const auto routes = std::make_shared<const StreamRoutes>(streams, cursors, tokens, urls);
    const AddRoute add(router, routes);
    add(Method::post, "/api/streams/start", post_start);
    add(Method::post, "/api/streams/{id}/stop", post_stop, "broadcast_store_unavailable");
    add(Method::get, "/api/streams/{id}", get_stream);
    add(Method::get, "/api/streams", list_streams);
    add(Method::get, "/api/streams/{id}/playback", playback);
}

}  // namespace tally::control
