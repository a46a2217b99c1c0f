#include "package/fixtures.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace tally::package::fixtures;
using namespace tally;

namespace {

/// What holds for every stream that had no pause: nothing lost, nothing doubled, no hole, parts in bounds.
void check_track(const package::fixtures::Collector::Track& track, double length) {
    CHECK(track.holes() == 0);
    std::uint64_t media = 0;
    for (const auto& fragment : track.fragments) {
        media += fragment.duration;
        CHECK(track.seconds(fragment.duration) <= 0.337);
    }
    CHECK(track.seconds(media) == doctest::Approx(length).epsilon(0.005));
    for (std::size_t i = 0; i + 1 < track.fragments.size(); ++i) {
        const auto& fragment = track.fragments[i];
        const auto last = track.fragments[i + 1].part == 0;
        CHECK(fragment.part + 1 == (last ? fragment.part + 1 : track.fragments[i + 1].part));
        if (!last) CHECK(track.seconds(fragment.duration) >= 0.85 * 0.336);
    }
    for (std::size_t i = 0; i < track.ended.size(); ++i)
        CHECK(track.ended[i] == track.ended.front() + i);
}

}  // namespace

TEST_CASE("segments of all renditions have equal numbers and start together, at keyframes") {
    for (const double fps : {24.0, 25.0, 30000.0 / 1001, 30.0, 50.0, 60.0}) {
        CAPTURE(fps);
        Encoder encoder;
        encoder.fps = fps;
        encoder.gop = static_cast<int>(std::lround(fps * 2));
        encoder.run(0ms, 21s);
        encoder.packager->on_end();
        const auto& video = encoder.track("720p");
        const auto& audio = encoder.track("audio");
        check_track(video, 21);
        check_track(audio, 21);
        CHECK(video.ended == audio.ended);
        CHECK(video.ended.size() == 11);
        CHECK(video.samples() == static_cast<std::size_t>(std::ceil(21 * fps - 0.001)));
        const auto video_starts = video.first_parts();
        const auto audio_starts = audio.first_parts();
        REQUIRE(video_starts.size() == audio_starts.size());
        for (std::size_t i = 0; i < video_starts.size(); ++i) {
            CHECK(video_starts[i].independent);
            CHECK(video_starts[i].segment == audio_starts[i].segment);
            const auto apart =
                video.seconds(video_starts[i].decode_time) - audio.seconds(audio_starts[i].decode_time);
            CHECK(std::abs(apart) < 0.0225);
        }
    }
}

TEST_CASE("B-frames: audio is cut at the presentation time of the keyframe") {
    Encoder encoder;
    encoder.reordering = 66ms;
    encoder.run(0ms, 7s);
    encoder.packager->on_end();
    const auto video = encoder.track("720p").first_parts();
    const auto audio = encoder.track("audio").first_parts();
    CHECK(video[1].samples.front().composition_offset == 66 * 90);
    CHECK(video[1].captured == encoder.started + 2066ms);
    const auto cut = encoder.track("720p").seconds(video[1].presentation_time());
    CHECK(std::abs(encoder.track("audio").seconds(audio[1].decode_time) - cut) < 0.011);
}

TEST_CASE("audio alone and video alone are streams of their own") {
    for (const bool with_video : {true, false}) {
        CAPTURE(with_video);
        Encoder encoder;
        (with_video ? encoder.audio : encoder.video) = nullptr;
        encoder.audio = with_video ? nullptr : audio_format(44'100, 1);
        encoder.run(0ms, 9s);
        REQUIRE(encoder.output->snapshot());
        CHECK(encoder.output->snapshot()->renditions.size() == 1);
        CHECK(encoder.master().contains(with_video ? "\n720p/playlist.m3u8" : "\naudio/playlist.m3u8"));
        encoder.packager->on_end();
        const auto& track = encoder.sink->tracks.begin()->second;
        check_track(track, 9);
        CHECK(track.ended.size() == 5);
    }
}

TEST_CASE("a GOP of 10 s makes segments of 10 s when it comes first, cut ones when it comes later") {
    Encoder first;
    first.gop = 300;
    first.run(0ms, 31s);
    CHECK(first.playlist("720p").contains("#EXT-X-TARGETDURATION:10\n"));
    CHECK(first.playlist("720p").contains("#EXT-X-INDEPENDENT-SEGMENTS"));
    CHECK(first.track("720p").ended.size() == 3);

    Encoder later;
    later.run(0ms, 4s);
    later.gop = 300;
    later.run(4s, 24s);
    later.packager->on_end();
    const auto playlist = later.playlist("720p");
    CHECK(playlist.contains("#EXT-X-TARGETDURATION:2\n"));
    CHECK_FALSE(playlist.contains("#EXT-X-INDEPENDENT-SEGMENTS"));
    CHECK_FALSE(later.master().contains("#EXT-X-INDEPENDENT-SEGMENTS"));
    check_track(later.track("720p"), 24);
    CHECK(later.track("720p").ended == later.track("audio").ended);
    for (const auto& segment : later.output->snapshot()->renditions.at("audio")->segments)
        CHECK(segment->duration < 2.5 * 48'000);
}

TEST_CASE("a new resolution starts a new init segment behind a discontinuity of all renditions") {
    Encoder encoder;
    encoder.run(0ms, 4s);
    encoder.video = video_format(1080);
    encoder.push(Kind::video, 4s, true, true);
    encoder.push(Kind::audio, 4010ms, true);
    encoder.run(4033ms, 10s);
    encoder.packager->on_end();
    CHECK(encoder.track("720p").inits.size() == 2);
    CHECK(encoder.track("audio").inits.size() == 1);
    for (const auto* name : {"720p", "audio"}) {
        const auto parts = encoder.track(name).first_parts();
        CHECK(std::ranges::count(parts, true, &package::Fragment::discontinuity) == 1);
        CHECK(parts[2].discontinuity);
    }
    CHECK(encoder.playlist("720p").contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init_1.mp4\"\n"));
    CHECK(encoder.manifest().contains("<Period id=\"2\""));
    CHECK(encoder.master().contains("RESOLUTION=1920x1080"));
}

TEST_CASE("a reconnect is one discontinuity with equal numbers, whichever track comes back first") {
    for (const bool audio_first : {true, false}) {
        CAPTURE(audio_first);
        Encoder encoder;
        encoder.run(0ms, 5s);  // of which the last audio ends at 5.013
        encoder.started += 4s;
        if (audio_first) encoder.push(Kind::audio, 5020ms, true, true);
        encoder.push(Kind::video, 5025ms, true, true);
        if (!audio_first) encoder.push(Kind::audio, 5041ms, true, true);
        encoder.run(5062ms, 12s);
        encoder.packager->on_end();
        CHECK(encoder.track("720p").ended == encoder.track("audio").ended);
        CHECK(encoder.track("720p").holes() == 0);
        for (const auto* name : {"720p", "audio"}) {
            const auto parts = encoder.track(name).first_parts();
            CHECK(std::ranges::count(parts, true, &package::Fragment::discontinuity) == 1);
            CHECK(parts[3].discontinuity);
        }
        // The wall clock went on for 4 s: so does the manifest.
        CHECK(encoder.manifest().contains(audio_first ? "start=\"PT9.020S\"" : "start=\"PT9.025S\""));
    }
}

TEST_CASE("audio that falls silent leaves gaps and never holds up the video") {
    Encoder encoder;
    encoder.audio = audio_format(48'000, 6);
    encoder.run(0ms, 6s);
    const auto sound = std::exchange(encoder.audio, nullptr);
    encoder.run(6s, 16s);
    CHECK(encoder.track("720p").ended.back() >= 6);
    const auto silent = encoder.playlist("audio");
    CHECK(silent.contains("#EXT-X-GAP\n"));
    CHECK(silent.contains("#EXT-X-VERSION:8\n"));
    encoder.audio = sound;
    encoder.run(16s, 24s);
    encoder.packager->on_end();
    CHECK(encoder.track("720p").ended == encoder.track("audio").ended);
    CHECK_FALSE(encoder.playlist("720p").contains("#EXT-X-GAP"));
    CHECK(encoder.track("audio").holes() == 1);
}

TEST_CASE("video that falls silent leaves the audio going") {
    Encoder encoder;
    encoder.run(0ms, 6s);
    const auto picture = std::exchange(encoder.video, nullptr);
    encoder.run(6s, 16s);
    CHECK(encoder.track("audio").ended.back() >= 5);
    encoder.video = picture;
    encoder.run(16s, 24s);
    encoder.packager->on_end();
    const auto& video = encoder.track("720p");
    const auto& audio = encoder.track("audio");
    CHECK(video.ended == audio.ended);
    // Back in step at once, but for the drift that the sample clock tolerates.
    const auto video_starts = video.first_parts();
    const auto audio_starts = audio.first_parts();
    CHECK(video_starts.back().independent);
    const auto apart =
        video.seconds(video_starts.back().decode_time) - audio.seconds(audio_starts.back().decode_time);
    CHECK(std::abs(apart) < 0.0625);
}

TEST_CASE("a track that appears late joins at a cut, as a new rendition behind a discontinuity") {
    Encoder encoder;
    const auto sound = std::exchange(encoder.audio, nullptr);
    encoder.run(0ms, 6s);
    encoder.audio = sound;
    encoder.run(6s, 14s);
    encoder.packager->on_end();
    const auto& audio = encoder.track("audio");
    const auto& video = encoder.track("720p");
    const auto parts = video.first_parts();
    CHECK(audio.ended.front() == 4);
    CHECK(audio.ended.back() == video.ended.back());
    CHECK(parts[4].discontinuity);
    CHECK(audio.fragments.front().discontinuity);
    CHECK(encoder.output->snapshot()->renditions.size() == 2);
}

TEST_CASE("audio headers that come a moment after the video are waited for") {
    Encoder encoder;
    encoder.push(Kind::video, 0ms, true);
    for (int i = 1; i < 9; ++i)
        encoder.push(Kind::video, i * 33ms, false);
    CHECK(encoder.sink->tracks.empty());
    encoder.push(Kind::audio, 300ms, true);
    CHECK(encoder.sink->tracks.size() == 1);
    encoder.push(Kind::video, 301ms, false);
    CHECK(encoder.sink->tracks.size() == 2);
}

TEST_CASE("after a restart numbers and times go on behind a discontinuity") {
    Encoder encoder;
    encoder.packager = encoder.start({
        .tracks =
            {
                {Kind::video, {"720p", 90'000, 2, 51, 102 * 90'000}},
                {Kind::audio, {"audio", 48'000, 1, 50, 100 * 48'000}},
            },
        .target_duration = 2,
        .seams = 3,
    });
    encoder.run(102s, 107s, true);
    encoder.packager->on_end();
    const auto& video = encoder.track("720p");
    const auto& audio = encoder.track("audio");
    CHECK(video.inits.front().number == 2);
    CHECK(audio.inits.front().number == 1);
    CHECK(video.fragments.front().segment == 51);
    CHECK(audio.fragments.front().segment == 51);
    CHECK(video.fragments.front().decode_time == 102 * 90'000);
    CHECK(video.fragments.front().discontinuity);
    CHECK(video.ended == audio.ended);
    for (const auto* name : {"720p", "audio"}) {
        CHECK(encoder.playlist(name).contains("#EXT-X-DISCONTINUITY-SEQUENCE:3\n"));
        CHECK(encoder.playlist(name).contains("#EXT-X-DISCONTINUITY\n"));
    }
}

TEST_CASE("a new stream's addresses start at the number it is given, so that none repeats on a channel") {
    Encoder encoder;
    encoder.packager = encoder.start({}, {.first_number = 1'700'000'000, .live = {}});
    encoder.run(0ms, 5s);
    encoder.packager->on_end();
    for (const auto& [name, track] : encoder.sink->tracks) {
        CHECK(track.inits.front().number == 1'700'000'000);
        CHECK(track.fragments.front().segment == 1'700'000'000);
        CHECK(encoder.playlist(name).contains("#EXT-X-MEDIA-SEQUENCE:1700000000\n"));
    }
    CHECK(encoder.manifest().contains("startNumber=\"1700000000\""));
}

TEST_CASE("a stream of less than a segment still plays once it has ended") {
    Encoder encoder;
    encoder.run(0ms, 700ms);
    CHECK_FALSE(encoder.output->snapshot());
    encoder.packager->on_end();
    REQUIRE(encoder.output->snapshot());
    CHECK(encoder.output->snapshot()->ended);
    CHECK(encoder.playlist("720p").contains("#EXT-X-TARGETDURATION:2\n"));
    CHECK(encoder.playlist("720p").contains("#EXT-X-ENDLIST\n"));
    CHECK(encoder.track("720p").samples() == 21);
    CHECK(encoder.sink->ends == 1);
}

TEST_CASE("the end of a stream without frames publishes nothing") {
    Encoder encoder;
    encoder.packager->on_end();
    CHECK_FALSE(encoder.output->snapshot());
}

TEST_CASE("whatever order and times frames come in, decode times grow and numbers are whole") {
    std::minstd_rand random(7);
    const auto roll = [&](unsigned sides) { return random() % sides; };
    for (int round = 0; round < 20; ++round) {
        Encoder encoder;
        Milliseconds video{};
        Milliseconds audio{};
        for (int i = 0; i < 3000; ++i) {
            const auto seam = roll(200) == 0;
            if (roll(300) == 0) video += Milliseconds(roll(8000));
            if (roll(300) == 0) audio += Milliseconds(roll(8000));
            if (roll(500) == 0) encoder.video = video_format(360 + roll(2) * 360);
            if (roll(2) != 0)
                encoder.push(Kind::video, video += Milliseconds(1 + roll(80)), roll(40) == 0, seam);
            else
                encoder.push(Kind::audio, audio += Milliseconds(1 + roll(50)), true, seam);
        }
        encoder.packager->on_end();
        for (const auto& [name, track] : encoder.sink->tracks) {
            CAPTURE(name);
            std::uint64_t end = 0;
            for (const auto& fragment : track.fragments) {
                CHECK(fragment.decode_time >= end);
                end = fragment.decode_time + fragment.duration;
            }
            for (std::size_t i = 0; i < track.ended.size(); ++i)
                CHECK(track.ended[i] == track.ended.front() + i);
        }
        CHECK(encoder.output->snapshot()->ended);
        for (const auto& [name, rendition] : encoder.output->snapshot()->renditions)
            for (std::size_t i = 0; i < rendition->segments.size(); ++i)
                CHECK(rendition->segments[i]->number == rendition->segments.front()->number + i);
    }
}
