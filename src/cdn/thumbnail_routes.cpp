// Players may keep a picture for five seconds: as long as a live one may be old.
#include "cdn/thumbnail_routes.hpp"

#include "base/enum_text.hpp"
#include "cdn/answers.hpp"

namespace tally::cdn {
namespace {

Response picture(Thumbnail thumbnail) {
    const auto taken = thumbnail.taken.time_since_epoch();
    const auto state = enum_text(thumbnail.state);
    Response response;
    response.headers.add("Content-Type", media_type::jpeg);
    response.headers.add("Cache-Control", "max-age=5");
    response.headers.add("ETag", fmt::format("\"{:x}-{}\"", taken.count(), state));
    response.headers.add(
        "Last-Modified", http::http_date(std::chrono::floor<std::chrono::seconds>(taken).count())
    );
    response.headers.add("X-Thumbnail-State", state);
    response.body = std::move(thumbnail.jpeg);
    return response;
}

Async<Outcome<Response>> thumbnail(
    ThumbnailSource& source, const PlaybackGuard& guard, const Request& request
) {
    const std::string channel(request.parameter("channel"));
    auto found = co_await source.thumbnail(channel);
    if (!found) co_return unavailable(found.error());
    std::optional<Thumbnail> shown = *std::move(found);
    if (!shown) co_return channel_not_found(channel);
    if (!shown->restricted) co_return picture(*std::move(shown));
    auto allowed = guard.check(token_of(request), request.peer, shown->channel, shown->broadcast);
    if (!allowed) co_return std::unexpected(std::move(allowed).error());
    auto response = picture(*std::move(shown));
    make_private(response);
    co_return response;
}

}  // namespace

void add_thumbnail_routes(http::Router& router, ThumbnailSource& source, const PlaybackGuard& guard) {
    const auto handler = [&source, &guard](const Request& request) -> Async<Response> {
        auto answered = co_await thumbnail(source, guard, request);
        co_return answered ? *std::move(answered) : to_response(answered.error(), request);
    };
    router.add(http::Method::get, "/thumbnails/{channel}.jpg", handler);
}

}  // namespace tally::cdn
