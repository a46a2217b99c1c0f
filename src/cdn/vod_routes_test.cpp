#include "cdn/vod_routes.hpp"

#include "cdn/recording_routes.hpp"
#include "cdn/test_client.hpp"
#include "record/recorder.hpp"

namespace tally::cdn {
namespace {

using Phase = BroadcastFacts::Phase;
using record::test::RenditionFeed;

/// Notes what of which recording is taken.
class RecordedWatch final : public NoViewerWatch {
public:
    void took_recorded(const http::Request& /*request*/, const BroadcastFacts& broadcast, std::uint64_t bytes)
        override {
        taken.emplace_back(broadcast.id.text(), bytes);
    }

    std::vector<std::pair<std::string, std::uint64_t>> taken;
};

struct VodFixture {
    TemporaryDirectory root;
    ManualClock clock;
    WorkerPool recording{"recording", 1, 1000};
    WorkerPool disk{"disk", 1, 1000};
    record::Library library{root.path(), disk, clock};
    test::KnownCatalogue catalogue;
    KnownBroadcasts known{catalogue, clock};
    test::GoodTokens guard;
    RecordedWatch watch;
    http::Router router;
    BroadcastFacts& facts = catalogue.broadcasts[*BroadcastId::parse("bc_1")];

    VodFixture() {
        facts = {
            .id = *BroadcastId::parse("bc_1"),
            .channel = *ChannelId::parse("ch_001"),
            .title = "Début \"one\"",
            .phase = Phase::over,
            .recording = RecordingId::parse("rec_1")
        };
        add_vod_routes(router, {library, catalogue, known, guard, watch});
        add_recording_routes(router, {library, catalogue, known, guard, watch}, {});
    }

    void record(int segments) {
        const auto opened = wait(record::Recorder::open(recording, library.directory(facts.id)));
        REQUIRE(opened);
        RenditionFeed video(*opened->recorder, "720p", record::test::video_format());
        RenditionFeed audio(*opened->recorder, "audio", record::test::audio_format());
        for (int i = 0; i < segments; ++i) {
            video.add_segment();
            audio.add_segment();
        }
        REQUIRE(wait(opened->recorder->finish()));
    }

    test::Answer get(std::string_view path) { return test::get(router, path); }
};

TEST_CASE_FIXTURE(VodFixture, "a broadcast that is over plays from its recording") {
    record(3);
    const auto master = get("/vod/bc_1/master.m3u8");
    CHECK(master.status() == 200);
    CHECK(master.header("Content-Type") == "application/vnd.apple.mpegurl");
    CHECK(master.text().find("RESOLUTION=1280x720") != std::string::npos);
    CHECK(get("/vod/bc_1/720p/playlist.m3u8").text().find("#EXT-X-ENDLIST") != std::string::npos);
    const auto init = get("/vod/bc_1/720p/init_0.mp4");
    CHECK(init.text().substr(4, 4) == "ftyp");
    CHECK(init.header("Content-Type") == "video/mp4");
    const auto segment = get("/vod/bc_1/audio/segment_2.m4s");
    CHECK(segment.text().find("moof") == 4);
    CHECK(segment.header("Content-Type") == "audio/mp4");
    CHECK(segment.header("Cache-Control") == "public, max-age=86400, immutable");
    CHECK(get("/vod/bc_1/720p/segment_3.m4s").code() == "media_not_found");
    REQUIRE(watch.taken.size() == 2);  // what is there: the header, and the segment
    CHECK(watch.taken.back() == std::pair(std::string("bc_1"), std::uint64_t{segment.text().size()}));
}

TEST_CASE_FIXTURE(VodFixture, "a resolution has three names, and an unknown one lists what there is") {
    record(1);
    const auto playlist = get("/vod/bc_1/720p/playlist.m3u8").text();
    CHECK(get("/vod/bc_1/720/playlist.m3u8").text() == playlist);
    CHECK(get("/vod/bc_1/1280x720/playlist.m3u8").text() == playlist);
    CHECK(get("/vod/bc_1/1280x720/segment_0.m4s").status() == 200);
    const auto unknown = get("/vod/bc_1/1080p/playlist.m3u8");
    CHECK(unknown.status() == 404);
    CHECK(unknown.json().at("availableResolutions") == boost::json::value({"720p", "audio"}));
}

TEST_CASE_FIXTURE(VodFixture, "a download is named after the title and carries a strong ETag") {
    record(1);
    const auto download = get("/downloads/bc_1.mp4");
    CHECK(download.status() == 200);
    CHECK(download.header("Content-Type") == "video/mp4");
    CHECK(
        download.header("Content-Disposition") ==
        "attachment; filename=\"bc_1.mp4\"; filename*=UTF-8''D%C3%A9but%20%22one%22.mp4"
    );
    CHECK(download.header("ETag").starts_with("\""));
    CHECK(download.text().substr(4, 4) == "ftyp");
}

TEST_CASE_FIXTURE(VodFixture, "there are three previews, numbered from one") {
    record(2);
    for (const int n : {1, 2, 3})
        CHECK(get(fmt::format("/vod/bc_1/preview_{}.mp4", n)).status() == 200);
    const auto fourth = get("/vod/bc_1/preview_4.mp4");
    CHECK(fourth.status() == 404);
    CHECK(fourth.json().at("available") == boost::json::value({1, 2, 3}));
    CHECK(get("/vod/bc_1/preview_0.mp4").status() == 404);
}

TEST_CASE_FIXTURE(VodFixture, "the recording of a broadcast that is over is ready at once") {
    record(30);
    const auto answer = get("/api/recordings/bc_1");
    CHECK(answer.header("Content-Type") == "application/json");
    const auto document = answer.json();
    CHECK(document.at("id") == "rec_1");
    CHECK(document.at("broadcastId") == "bc_1");
    CHECK(document.at("status") == "ready");
    CHECK(document.at("playable") == true);
    CHECK(document.at("downloadReady") == true);
    CHECK(document.at("duration").to_number<double>() == doctest::Approx(30).epsilon(0.01));
    CHECK(document.at("sizeBytes").to_number<std::uint64_t>() > 20'000);
    CHECK(document.at("masterUrl") == "http://localhost:3004/vod/bc_1/master.m3u8");
    CHECK(document.at("downloadUrl") == "http://localhost:3004/downloads/bc_1.mp4");
    CHECK(document.at("thumbnailUrl") == "http://localhost:3004/thumbnails/ch_001.jpg");
    CHECK(document.at("gaps").as_array().empty());
    const auto& rendition = document.at("renditions").at(0);
    CHECK(rendition.at("name") == "720p");
    CHECK(rendition.at("width") == 1280);
    CHECK(rendition.at("codecs") == "avc1.64001f");
    CHECK(rendition.at("playlistUrl") == "http://localhost:3004/vod/bc_1/720p/playlist.m3u8");
    const auto& preview = document.at("previews").at(1);
    CHECK(preview.at("n") == 2);
    CHECK(preview.at("url") == "http://localhost:3004/vod/bc_1/preview_2.mp4");
    CHECK(preview.at("offset") == 15);
    CHECK(preview.at("duration") == 10);
}

TEST_CASE_FIXTURE(VodFixture, "while live a broadcast has a recording, but nothing to fetch yet") {
    record(2);
    facts.phase = Phase::live;
    const auto document = get("/api/recordings/bc_1").json();
    CHECK(document.at("status") == "recording");
    CHECK(document.at("playable") == false);
    CHECK(document.at("masterUrl").is_null());
    CHECK(document.at("duration").to_number<double>() > 1.9);
    const auto master = get("/vod/bc_1/master.m3u8");
    CHECK(master.code() == "recording_not_ready");
    CHECK(master.header("Retry-After") == "5");
    const auto download = get("/downloads/bc_1.mp4");
    CHECK(download.code() == "download_not_ready");
    CHECK(download.json().at("progress") == 0.0);
}

TEST_CASE_FIXTURE(VodFixture, "a broadcast without media, or not recorded, has nothing to play") {
    for (const bool empty_recording : {true, false}) {
        if (empty_recording) record(0);
        if (!empty_recording) facts.recording.reset();
        const auto document = get("/api/recordings/bc_1").json();
        CHECK(document.at("status") == "none");
        CHECK(document.at("playable") == false);
        CHECK(get("/vod/bc_1/master.m3u8").code() == "not_recorded");
        CHECK(get("/vod/bc_1/preview_1.mp4").code() == "not_recorded");
        CHECK(get("/downloads/bc_1.mp4").code() == "not_recorded");
    }
}

TEST_CASE_FIXTURE(VodFixture, "the recording of a revoked broadcast is gone") {
    record(2);
    facts.phase = Phase::revoked;
    for (const auto* path : {"/vod/bc_1/master.m3u8", "/vod/bc_1/preview_1.mp4", "/downloads/bc_1.mp4"}) {
        CHECK(get(path).status() == 410);
        CHECK(get(path).code() == "recording_deleted");
    }
    const auto document = get("/api/recordings/bc_1").json();
    CHECK(document.at("status") == "deleted");
    CHECK(document.at("playable") == false);
    CHECK(document.at("renditions").as_array().empty());
}

TEST_CASE_FIXTURE(VodFixture, "an unknown broadcast is 404, a store out of reach 503") {
    CHECK(get("/api/recordings/bc_2").code() == "broadcast_not_found");
    CHECK(get("/vod/bc_2/master.m3u8").code() == "broadcast_not_found");
    CHECK(get("/downloads/..%2f..%2fetc.mp4").code() == "broadcast_not_found");
    catalogue.reachable = false;
    const auto answer = get("/api/recordings/bc_1");
    CHECK(answer.status() == 503);
    CHECK(answer.header("Retry-After") == "1");
}

TEST_CASE_FIXTURE(
    VodFixture, "a restricted recording shows nothing without a token, and its addresses pass the token on"
) {
    record(2);
    facts.restricted = true;
    for (const auto* path :
         {"/vod/bc_1/master.m3u8",
          "/vod/bc_1/720p/playlist.m3u8",
          "/vod/bc_1/720p/init_0.mp4",
          "/vod/bc_1/720p/segment_1.m4s",
          "/vod/bc_1/preview_1.mp4",
          "/downloads/bc_1.mp4",
          "/api/recordings/bc_1"}) {
        CHECK(get(path).code() == "token_required");
        const auto opened = get(fmt::format("{}?token=good", path));
        CHECK(opened.status() == 200);
        CHECK(opened.header("Cache-Control").starts_with("private"));
    }
    const auto master = get("/vod/bc_1/master.m3u8?token=good").text();
    CHECK(master.find("\nt/good/720p/playlist.m3u8") != std::string::npos);
    CHECK(master.find("URI=\"t/good/audio/playlist.m3u8\"") != std::string::npos);
    CHECK(get("/vod/bc_1/t/good/720p/playlist.m3u8").status() == 200);
    CHECK(get("/vod/bc_1/t/good/720p/segment_1.m4s").text().find("moof") == 4);
    const auto document = get("/api/recordings/bc_1?token=good").json();
    CHECK(document.at("masterUrl") == "http://localhost:3004/vod/bc_1/master.m3u8?token=good");
    CHECK(
        document.at("previews").at(0).at("url") == "http://localhost:3004/vod/bc_1/preview_1.mp4?token=good"
    );
}

TEST_CASE_FIXTURE(VodFixture, "segments notice within seconds that a broadcast is public no more") {
    record(2);
    CHECK(get("/vod/bc_1/720p/segment_1.m4s").status() == 200);
    facts.restricted = true;
    clock.advance(std::chrono::seconds(5));
    CHECK(get("/vod/bc_1/720p/segment_1.m4s").status() == 403);
    facts.phase = Phase::revoked;
    clock.advance(std::chrono::seconds(5));
    CHECK(get("/vod/bc_1/720p/segment_1.m4s?token=good").status() == 410);
}

}  // namespace
}  // namespace tally::cdn
