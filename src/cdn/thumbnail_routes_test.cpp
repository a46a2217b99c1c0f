#include "cdn/thumbnail_routes.hpp"

#include "cdn/test_client.hpp"
#include "cdn/time_route.hpp"

namespace tally::cdn {
namespace {

class OnePicture final : public ThumbnailSource {
public:
    Task<std::optional<Thumbnail>> thumbnail(std::string channel) override {
        if (channel != "ch_001") co_return std::nullopt;
        co_return Thumbnail{
            .jpeg = std::make_shared<const Bytes>(Bytes{0xff, 0xd8}),
            .state = ThumbnailState::live,
            .taken = Time(std::chrono::seconds(1'700'000'000))
        };
    }
};

TEST_CASE("a thumbnail says how fresh it is, and may be kept for five seconds") {
    OnePicture source;
    http::Router router;
    const test::GoodTokens guard;
    add_thumbnail_routes(router, source, guard);
    const auto picture = test::get(router, "/thumbnails/ch_001.jpg");
    CHECK(picture.status() == 200);
    CHECK(picture.text() == "\xff\xd8");
    CHECK(picture.header("Content-Type") == "image/jpeg");
    CHECK(picture.header("Cache-Control") == "max-age=5");
    CHECK(picture.header("X-Thumbnail-State") == "live");
    CHECK(picture.header("Last-Modified") == "Tue, 14 Nov 2023 22:13:20 GMT");
    CHECK_FALSE(picture.header("ETag").empty());
    const auto unknown = test::get(router, "/thumbnails/ch_404.jpg");
    CHECK(unknown.status() == 404);
    CHECK(unknown.code() == "channel_not_found");
}

TEST_CASE("the time of day is ISO 8601 text that nobody caches") {
    const ManualClock clock;
    http::Router router;
    add_time_route(router, clock);
    const auto time = test::get(router, "/time");
    CHECK(time.text() == "2023-11-14T22:13:20.000Z");
    CHECK(time.header("Cache-Control") == "no-store");
}

}  // namespace
}  // namespace tally::cdn
