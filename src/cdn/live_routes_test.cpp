#include "cdn/live_routes.hpp"

#include "cdn/test_client.hpp"
#include "package/document.hpp"

namespace tally::cdn {
namespace {

SharedBytes shared(std::string_view text) {
    return std::make_shared<const Bytes>(bytes_of(text).begin(), bytes_of(text).end());
}

package::Snapshot snapshot() {
    auto rendition = std::make_shared<package::RenditionSnapshot>();
    rendition->rendition.name = "720p";
    rendition->playlist = package::make_document("media playlist");
    rendition->inits[1] = {.number = 1, .format = nullptr, .bytes = shared("init one")};
    for (const std::uint64_t number : {7, 8}) {
        package::Segment segment;
        segment.number = number;
        segment.bytes = shared(fmt::format("segment {}", number));
        rendition->segments.push_back(std::make_shared<const package::Segment>(std::move(segment)));
    }
    package::Snapshot made;
    made.master = package::make_document("master playlist");
    made.manifest = package::make_document("manifest");
    made.renditions.emplace("720p", std::move(rendition));
    return made;
}

/// Names every player, and notes what they take.
class Watch final : public ViewerWatch {
public:
    std::string greet(
        const http::Request& request, const LiveChannel& /*channel*/, Took /*first*/
    ) override {
        return request.query.contains("sid=") ? "" : name;
    }

    void took(
        const http::Request& /*request*/, const LiveChannel& /*channel*/, Took what, std::uint64_t bytes
    ) override {
        taken.emplace_back(what, bytes);
    }

    void took_recorded(
        const http::Request& /*request*/, const BroadcastFacts& /*broadcast*/, std::uint64_t /*bytes*/
    ) override {}

    std::string name;
    std::vector<std::pair<Took, std::uint64_t>> taken;
};

struct LiveFixture {
    LiveDirectory directory;
    Watch watch;
    test::KnownCatalogue catalogue;
    test::GoodTokens guard;
    http::Router router;
    ChannelId channel = *ChannelId::parse("ch_001");
    std::shared_ptr<package::Output> output = std::make_shared<package::Output>();

    LiveFixture() {
        add_live_routes(
            router, {.directory = directory, .catalogue = catalogue, .guard = guard, .watch = watch}
        );
        catalogue.channels = {{"ch_001", channel}, {"channel-one", channel}};
        directory.add({.id = channel, .broadcast = {}, .output = output}, {"channel-one"});
        output->publish(std::make_shared<const package::Snapshot>(snapshot()));
    }

    test::Answer get(std::string_view path, std::string_view accept_encoding = {}) {
        return test::get(router, path, accept_encoding);
    }
};

TEST_CASE_FIXTURE(LiveFixture, "a player without a name gets one in a first playlist of its own") {
    watch.name = "sid=1&tk=2";
    const auto master = get("/live/ch_001/playlist.m3u8");
    CHECK(master.text() == "master playlist?sid=1&tk=2\n");
    CHECK(master.header("Cache-Control") == "no-store");
    CHECK(master.header("ETag").empty());
    CHECK(get("/live/ch_001/720p/playlist.m3u8").text() == "media playlist");
    CHECK(get("/live/ch_001/720p/segment_7.m4s").text() == "segment 7");
    const std::vector<std::pair<ViewerWatch::Took, std::uint64_t>> expected{
        {ViewerWatch::Took::first, 27}, {ViewerWatch::Took::playlist, 14}, {ViewerWatch::Took::media, 9}
    };
    CHECK(watch.taken == expected);
}

/// Says no to all, and notes whom.
class Refusing final : public PlayHook {
public:
    Async<Outcome<void>> check(const Request&, const LiveChannel&, std::string_view protocol) override {
        asked.emplace_back(protocol);
        co_return http::problem(403, "refused_by_hook", "No.");
    }

    std::vector<std::string> asked;
};

TEST_CASE_FIXTURE(
    LiveFixture, "a hook is asked about first playlists and manifests, and about nothing below"
) {
    Refusing hook;
    http::Router hooked;
    add_live_routes(
        hooked,
        {.directory = directory, .catalogue = catalogue, .guard = guard, .watch = watch, .hook = &hook}
    );
    CHECK(test::get(hooked, "/live/ch_001/playlist.m3u8").code() == "refused_by_hook");
    CHECK(test::get(hooked, "/live/ch_001/manifest.mpd").code() == "refused_by_hook");
    CHECK(test::get(hooked, "/live/ch_001/720p/playlist.m3u8").status() == 200);
    CHECK(test::get(hooked, "/live/ch_001/720p/segment_7.m4s").status() == 200);
    CHECK(hook.asked == std::vector<std::string>{"hls", "dash"});
    CHECK(watch.taken.size() == 2);
}

TEST_CASE_FIXTURE(LiveFixture, "playlists come with their type, a short life and an ETag") {
    const auto master = get("/live/ch_001/playlist.m3u8");
    CHECK(master.status() == 200);
    CHECK(master.text() == "master playlist");
    CHECK(master.header("Content-Type") == "application/vnd.apple.mpegurl");
    CHECK(master.header("Cache-Control") == "max-age=1");
    CHECK(master.header("Vary") == "Accept-Encoding");
    CHECK_FALSE(master.header("ETag").empty());
    CHECK(master.header("Content-Location").empty());
    CHECK(get("/live/ch_001/720p/playlist.m3u8").text() == "media playlist");
    const auto manifest = get("/live/ch_001/manifest.mpd");
    CHECK(manifest.text() == "manifest");
    CHECK(manifest.header("Content-Type") == "application/dash+xml");
}

TEST_CASE_FIXTURE(LiveFixture, "a client that takes gzip gets it, under an ETag of its own") {
    const auto plain = get("/live/ch_001/playlist.m3u8", "br, gzip;q=0");
    const auto gzip = get("/live/ch_001/playlist.m3u8", "br, gzip;q=0.5");
    CHECK(plain.header("Content-Encoding").empty());
    CHECK(gzip.header("Content-Encoding") == "gzip");
    CHECK(gzip.text().starts_with("\x1f\x8b"));
    CHECK(gzip.header("ETag") != plain.header("ETag"));
    CHECK(get("/live/ch_001/playlist.m3u8", "*").header("Content-Encoding") == "gzip");
    CHECK(get("/live/ch_001/playlist.m3u8", "gzip;q=0, *").header("Content-Encoding").empty());
}

TEST_CASE_FIXTURE(LiveFixture, "segments and init segments are immutable for a day") {
    const auto segment = get("/live/ch_001/720p/segment_8.m4s");
    CHECK(segment.text() == "segment 8");
    CHECK(segment.header("Content-Type") == "video/mp4");
    CHECK(segment.header("Cache-Control") == "public, max-age=86400, immutable");
    CHECK(get("/live/ch_001/720p/init_1.mp4").text() == "init one");
}

TEST_CASE_FIXTURE(LiveFixture, "a channel's slug works, and the answer says where the canonical copy is") {
    const auto playlist = get("/live/channel-one/720p/playlist.m3u8");
    CHECK(playlist.status() == 200);
    CHECK(playlist.header("Content-Location") == "/live/ch_001/720p/playlist.m3u8");
}

TEST_CASE_FIXTURE(LiveFixture, "what is not in the window is 404 in JSON") {
    for (const auto* path :
         {"segment_6.m4s",
          "segment_9.m4s",
          "segment_x.m4s",
          "segment_99999999999999999999.m4s",
          "init_0.mp4",
          "init_4294967297.mp4"}) {
        const auto answer = get(fmt::format("/live/ch_001/720p/{}", path));
        CHECK(answer.status() == 404);
        CHECK(answer.code() == "media_not_found");
    }
    const auto rendition = get("/live/ch_001/4320p/playlist.m3u8");
    CHECK(rendition.status() == 404);
    CHECK(rendition.json().at("availableRenditions").as_array().at(0) == "720p");
}

TEST_CASE_FIXTURE(
    LiveFixture, "a channel off air, or before its first segment, is offline; an unknown one is unknown"
) {
    output->publish(nullptr);
    CHECK(get("/live/ch_001/playlist.m3u8").code() == "channel_offline");
    directory.remove(channel);
    const auto offline = get("/live/channel-one/playlist.m3u8");
    CHECK(offline.status() == 404);
    CHECK(offline.code() == "channel_offline");
    CHECK(offline.header("Retry-After") == "2");
    CHECK(get("/live/nowhere/playlist.m3u8").code() == "channel_not_found");
    catalogue.reachable = false;
    CHECK(get("/live/ch_001/playlist.m3u8").status() == 503);
}

TEST_CASE_FIXTURE(
    LiveFixture, "the newest output of a channel takes the place of the one before, under all its names"
) {
    const auto next = std::make_shared<package::Output>();
    directory.add({.id = channel, .broadcast = {}, .output = next}, {"renamed"});
    CHECK(directory.find("ch_001")->output == next);
    CHECK(directory.find("renamed")->output == next);
    CHECK(directory.find("channel-one") == nullptr);
}

TEST_CASE_FIXTURE(
    LiveFixture, "a restricted channel shows nothing without a token, and its playlists pass the token on"
) {
    package::Snapshot real = snapshot();
    real.master = package::make_document(
        "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",URI=\"audio/playlist.m3u8\"\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=1\n720p/playlist.m3u8\n"
    );
    real.manifest =
        package::make_document("<?xml version=\"1.0\"?>\n<MPD type=\"dynamic\">\n  <Period/>\n</MPD>\n");
    output->publish(std::make_shared<const package::Snapshot>(std::move(real)));
    directory.update([](LiveChannel& live) { live.broadcast_restricted = true; });

    for (const auto* path :
         {"/live/ch_001/playlist.m3u8",
          "/live/channel-one/manifest.mpd",
          "/live/ch_001/720p/playlist.m3u8",
          "/live/ch_001/720p/segment_7.m4s",
          "/live/ch_001/720p/init_1.mp4"}) {
        CHECK(get(path).status() == 403);
        CHECK(get(path).code() == "token_required");
        CHECK(get(fmt::format("{}?token=bad", path)).code() == "token_invalid");
        CHECK(get(fmt::format("{}?token=good", path)).status() == 200);
    }
    const auto master = get("/live/ch_001/playlist.m3u8?token=good", "gzip");
    CHECK(
        master.text() ==
        "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",URI=\"t/good/audio/playlist.m3u8\"\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=1\nt/good/720p/playlist.m3u8\n"
    );
    CHECK(master.header("Cache-Control") == "private, max-age=1");
    CHECK(
        get("/live/ch_001/manifest.mpd?token=good").text() ==
        "<?xml version=\"1.0\"?>\n<MPD type=\"dynamic\">\n  <BaseURL>t/good/</BaseURL>\n  <Period/>\n</MPD>\n"
    );
    CHECK(get("/live/ch_001/t/good/720p/playlist.m3u8").text() == "media playlist");
    const auto segment = get("/live/ch_001/t/good/720p/segment_8.m4s");
    CHECK(segment.text() == "segment 8");
    CHECK(segment.header("Cache-Control") == "private, max-age=86400, immutable");
    CHECK(get("/live/ch_001/t/bad/720p/segment_8.m4s").code() == "token_invalid");

    directory.update([](LiveChannel& live) { live.broadcast_restricted = false; });
    CHECK(get("/live/channel-one/playlist.m3u8").status() == 200);
    CHECK(get("/live/ch_001/playlist.m3u8").header("Cache-Control") == "max-age=1");
}

}  // namespace
}  // namespace tally::cdn
