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

}  // namespace

void add_thumbnail_routes(http::Router& router, ThumbnailSource& source) {
    router.add(
        http::Method::get,
        "/thumbnails/{channel}.jpg",
        [&source](const Request& request) -> Async<Response> {
            const std::string channel(request.parameter("channel"));
            auto found = co_await source.thumbnail(channel);
            if (!found) co_return to_response(unavailable(found.error()).error(), request);
            if (!*found) co_return to_response(channel_not_found(channel).error(), request);
            co_return picture(**std::move(found));
        }
    );
}

}  // namespace tally::cdn
