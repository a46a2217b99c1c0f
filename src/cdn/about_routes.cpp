#include "cdn/about_routes.hpp"

#include "cdn/answers.hpp"
#include "json/text.hpp"

namespace tally::cdn {
namespace {

json::value broadcast_text(const std::optional<AboutBroadcast>& broadcast) {
    if (!broadcast) return nullptr;
    return json::object{
        {"id", broadcast->id.text()},
        {"title", broadcast->title},
        {"description", broadcast->description},
        {"status", broadcast->status},
        {"startedAt", broadcast->started ? json::value(to_rfc3339(*broadcast->started)) : json::value(nullptr)
        },
    };
}

Outcome<Response> about_answer(const About& about, const PlaybackGuard& guard, const Request& request) {
    if (about.restricted) {
        const auto broadcast = about.broadcast ? about.broadcast->id : BroadcastId();
        auto allowed = guard.check(token_of(request), request.peer, about.channel, broadcast);
        if (!allowed) return std::unexpected(std::move(allowed).error());
    }
    Response response;
    response.headers.add("Content-Type", "application/json");
    response.headers.add("Cache-Control", about.restricted ? "private, max-age=1" : "max-age=1");
    response.body = json::print(json::object{
        {"channel", {{"id", about.channel.text()}, {"name", about.channel_name}}},
        {"broadcast", broadcast_text(about.broadcast)},
    });
    return response;
}

Async<Outcome<Response>> channel_about(
    AboutSource& source, const PlaybackGuard& guard, const Request& request
) {
    const std::string channel(request.parameter("channel"));
    const auto found = co_await source.about_channel(channel);
    if (!found) co_return unavailable(found.error());
    if (!*found) co_return channel_not_found(channel);
    co_return about_answer(**found, guard, request);
}

Async<Outcome<Response>> broadcast_about(
    AboutSource& source, const PlaybackGuard& guard, const Request& request
) {
    const auto name = request.parameter("broadcast");
    const auto id = BroadcastId::parse(name);
    if (!id) co_return broadcast_not_found(name);
    const auto found = co_await source.about_broadcast(*id);
    if (!found) co_return unavailable(found.error());
    if (!*found) co_return broadcast_not_found(name);
    co_return about_answer(**found, guard, request);
}

}  // namespace

void add_about_routes(http::Router& router, AboutSource& source, const PlaybackGuard& guard) {
    const auto add = [&](std::string_view pattern, auto ask) {
        router.add(
            http::Method::get,
            pattern,
            [&source, &guard, ask](const Request& request) -> Async<Response> {
                auto answered = co_await ask(source, guard, request);
                co_return answered ? *std::move(answered) : to_response(answered.error(), request);
            }
        );
    };
    add("/live/{channel}/about.json", channel_about);
    add("/vod/{broadcast}/about.json", broadcast_about);
}

}  // namespace tally::cdn
