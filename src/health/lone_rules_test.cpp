// Rules whose cause is more than a series of seconds.
#include "health/testing.hpp"

#include <algorithm>

using namespace std::chrono_literals;
using namespace tally;
using namespace tally::health;
using media::Second;

TEST_CASE("a lost encoder is told at once, and three seconds of media clear it") {
    Watch watch;
    watch.feed(10);
    watch.pass(2);
    const auto alert = watch.alert("ingest_disconnected");
    REQUIRE(alert);
    CHECK(alert->severity == Severity::critical);
    CHECK(alert->message.find("The connection was lost") != std::string::npos);
    CHECK(watch.health.status() == Status::critical);
    watch.reconnect();
    watch.feed(2);
    CHECK(watch.alert("ingest_disconnected"));
    watch.feed(3);
    CHECK_FALSE(watch.alert("ingest_disconnected"));
}

TEST_CASE("an encoder that said goodbye may take its time, and a silent one five seconds") {
    Watch watch;
    watch.feed(10);
    const auto polite = [](Observation& now) { now.said_goodbye = true; };
    watch.pass(14, polite);
    CHECK_FALSE(watch.alert("ingest_disconnected"));
    watch.pass(3, polite);
    CHECK(watch.alert("ingest_disconnected"));

    Watch silent;
    silent.feed(10);
    const auto nothing = [](Second& second, Observation&) { second.video = second.audio = {}; };
    silent.feed(5, nothing);
    CHECK_FALSE(silent.alert("ingest_disconnected"));
    silent.feed(2, nothing);
    CHECK(silent.alert("ingest_disconnected"));
}

TEST_CASE("a live broadcast without an encoder is a warning after 30 s and critical after 5 min") {
    Watch watch({.ingest_url = "rtmp://host/live"});
    watch.around.standing.live_since = watch.clock.now();
    watch.pass(30);
    CHECK_FALSE(watch.alert("ingest_not_started"));
    watch.pass(1);
    REQUIRE(watch.alert("ingest_not_started"));
    CHECK(watch.alert("ingest_not_started")->remedy == "Start the encoder at rtmp://host/live.");
    watch.pass(270);
    CHECK(watch.alert("ingest_not_started")->severity == Severity::critical);
    CHECK(watch.changes.back().kind != ChangeKind::raised);
    watch.feed(1);
    CHECK_FALSE(watch.alert("ingest_not_started"));
}

TEST_CASE("three disconnects within five minutes are flapping, until ten minutes were quiet") {
    Watch watch;
    for (int i = 0; i < 3; ++i) {
        watch.feed(20);
        watch.pass(2);
        watch.reconnect();
    }
    REQUIRE(watch.alert("reconnect_flapping"));
    CHECK(watch.alert("reconnect_flapping")->message.find("3 times") != std::string::npos);
    watch.feed(590);
    CHECK(watch.alert("reconnect_flapping"));
    watch.feed(15);
    CHECK_FALSE(watch.alert("reconnect_flapping"));
}

TEST_CASE("an encoder that was refused is told of until one feeds the stream") {
    for (const auto& [code, count] : std::vector<std::pair<std::string, std::uint32_t media::Incidents::*>>{
             {"video_codec_unsupported", &media::Incidents::refused_video},
             {"audio_codec_unsupported", &media::Incidents::refused_audio},
             {"container_bad", &media::Incidents::damaged},
         }) {
        CAPTURE(code);
        Watch watch;
        watch.pass(5);
        watch.around.incidents.*count = 1;
        watch.pass(1);
        REQUIRE(watch.alert(code));
        CHECK(watch.alert(code)->severity == Severity::critical);
        watch.feed(1);
        CHECK_FALSE(watch.alert(code));
    }
}

TEST_CASE("interlaced video and profiles that few devices play are told from what the stream says of itself"
) {
    const Plan plan{};
    const Observation now{};
    Vitals vitals;
    vitals.video.emplace();
    AlertWatch watch;
    CHECK(watch.evaluate({plan, vitals, now}).empty());
    const auto told = [&](std::string_view code, ChangeKind kind) {
        const auto changes = watch.evaluate({plan, vitals, now});
        return std::ranges::any_of(changes, [&](const AlertChange& change) {
            return change.alert.code == code && change.kind == kind;
        });
    };
    vitals.video->progressive = false;
    CHECK(told("interlaced_video", ChangeKind::raised));
    vitals.video->progressive = true;
    CHECK(told("interlaced_video", ChangeKind::resolved));
    vitals.video->profile = "High 10";
    vitals.video->bit_depth = 10;
    CHECK(told("video_profile_unsupported", ChangeKind::raised));
    CHECK(watch.active().front().message == "The video's profile is High 10, with 10 bits a sample.");
    vitals.video->bit_depth = 8;
    CHECK(told("video_profile_unsupported", ChangeKind::resolved));
}

TEST_CASE("failing deliveries are over when nobody asks any more, and few that fail are no alert") {
    Watch watch;
    const auto asked = [](double errors, bool few) {
        return [=](Second&, Observation& now) {
            now.host.edge_errors = errors;
            now.host.few_deliveries = few;
        };
    };
    watch.feed(10, asked(0.5, true));
    CHECK_FALSE(watch.alert("edge_errors"));
    watch.feed(10, asked(0.5, false));
    CHECK(watch.alert("edge_errors"));
    watch.feed(65, asked(0, true));
    CHECK_FALSE(watch.alert("edge_errors"));
}

TEST_CASE("what nobody declared cannot differ from it") {
    const auto video = [] {
        codec::VideoFormat format;
        format.width = 640;
        format.height = 360;
        return std::make_shared<const codec::Format>(format);
    };
    const auto sends_360p = [&](Second&, Observation& now) { now.video = video(); };
    Watch declared;
    declared.feed(40, sends_360p);
    CHECK(declared.alert("declared_mismatch"));
    Watch unannounced({.kbps = 6000, .fps = 60});
    unannounced.feed(40, sends_360p);
    CHECK_FALSE(unannounced.alert("declared_mismatch"));
}
