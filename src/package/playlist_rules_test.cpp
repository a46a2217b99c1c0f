// What strict players ask of the playlists of one stream, where its tracks come, go and pause apart.
#include "package/fixtures.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

using namespace tally::package::fixtures;
using namespace tally;

namespace {

struct ListedSegment {
    std::uint64_t number = 0;
    long seams = 0;  // its discontinuity sequence number
    bool gap = false;
    double duration = 0;
};

struct ListedSegments {
    long target_duration = 0;
    std::vector<ListedSegment> segments;
};

ListedSegments read_playlist(const std::string& text) {
    ListedSegments read;
    ListedSegment next;
    std::istringstream lines(text);
    const auto value = [](const std::string& line) { return line.substr(line.find(':') + 1); };
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("#EXT-X-TARGETDURATION:")) read.target_duration = std::stol(value(line));
        if (line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE:")) next.seams = std::stol(value(line));
        if (line == "#EXT-X-DISCONTINUITY") ++next.seams;
        if (line == "#EXT-X-GAP") next.gap = true;
        if (line.starts_with("#EXTINF:")) next.duration = std::stod(value(line));
        if (!line.starts_with("segment_")) continue;
        next.number = std::stoull(line.substr(8));
        read.segments.push_back(next);
        next.gap = false;
    }
    return read;
}

/// RFC 8216bis 4.4.3.1 and 6.2.4, for the newest playlists.
void check_playlists(const Encoder& encoder) {
    std::map<std::uint64_t, long> seams;
    for (const auto* name : {"720p", "audio"}) {
        CAPTURE(name);
        const auto playlist = read_playlist(encoder.playlist(name));
        for (const auto& segment : playlist.segments) {
            CAPTURE(segment.number);
            CHECK(std::lround(segment.duration) <= playlist.target_duration);
            CHECK(seams.try_emplace(segment.number, segment.seams).first->second == segment.seams);
        }
    }
}

std::ptrdiff_t gaps(const Encoder& encoder, const std::string& rendition) {
    return std::ranges::count(read_playlist(encoder.playlist(rendition)).segments, true, &ListedSegment::gap);
}

}  // namespace

TEST_CASE("audio that is silent over a cut leaves a hole, not a segment over the target duration") {
    Encoder encoder;
    encoder.audio = audio_format(48'000, 6);
    encoder.muted_from = 4100ms;
    encoder.muted_to = 7900ms;
    encoder.run(0ms, 14s);
    check_playlists(encoder);
    CHECK(encoder.track("audio").holes() == 1);
    CHECK(encoder.track("720p").holes() == 0);
}

TEST_CASE("audio that falls silent for a while is filled with silence, so that players go on") {
    for (const auto back : {4400ms, 5500ms, 7900ms, 11'300ms}) {
        CAPTURE(back.count());
        Encoder encoder;
        encoder.muted_from = 4100ms;
        encoder.muted_to = back;
        encoder.run(0ms, 20s);
        encoder.packager->on_end();
        check_playlists(encoder);
        const auto& audio = encoder.track("audio");
        CHECK(audio.holes() == 0);
        CHECK(gaps(encoder, "audio") == 0);
        CHECK(audio.ended == encoder.track("720p").ended);
        CHECK(std::abs(audio.seconds(audio.fragments.back().decode_time) - 20) < 0.4);
        for (const auto& fragment : audio.fragments) {
            CHECK(audio.seconds(fragment.duration) < 0.4);
            const auto apart = fragment.captured - encoder.started -
                               Milliseconds(fragment.decode_time * 1000 / audio.rendition.timescale);
            CHECK(std::chrono::abs(apart) < 50ms);
        }
    }
}

TEST_CASE("an encoder that stands still over a cut leaves a hole where the segment would be too long") {
    Encoder encoder;
    encoder.run(0ms, 5900ms);
    encoder.run(6800ms, 14s);
    check_playlists(encoder);
    CHECK(encoder.track("720p").holes() == 1);
}

TEST_CASE("audio that joins late has the discontinuity sequence numbers of the video") {
    Encoder encoder;
    const auto sound = std::exchange(encoder.audio, nullptr);
    encoder.run(0ms, 4s);
    encoder.run(4s, 8s, true);
    encoder.run(8s, 12s, true);
    encoder.audio = sound;
    encoder.run(12s, 20s);
    check_playlists(encoder);
    CHECK(read_playlist(encoder.playlist("audio")).segments.back().seams == 3);
}

TEST_CASE("audio that comes back seconds after the video of a reconnect belongs to the same seam") {
    for (const auto later : {700ms, 1500ms, 3200ms, 7100ms}) {
        CAPTURE(later.count());
        Encoder encoder;
        encoder.run(0ms, 6s);
        const auto sound = std::exchange(encoder.audio, nullptr);
        encoder.run(6s, 6s + later, true);
        encoder.audio = sound;
        encoder.push(Kind::audio, 6s + later - 1ms, true, true);
        encoder.run(6s + later + 20ms, 24s);
        encoder.packager->on_end();
        check_playlists(encoder);
        CHECK(read_playlist(encoder.playlist("720p")).segments.back().seams == 1);
        CHECK(gaps(encoder, "720p") == 0);
    }
}

TEST_CASE("a seam that audio opens within a GOP is in the video's playlist as well") {
    Encoder encoder;
    encoder.run(0ms, 5s);
    encoder.audio = audio_format(44'100);
    encoder.push(Kind::audio, 5s, true, true);
    for (int frame = 0; frame < 30; ++frame) {
        encoder.push(Kind::video, 5s + frame * 33ms, false);
        encoder.push(Kind::audio, 5s + frame * 33ms + 23ms, true);
    }
    encoder.run(6s, 14s);
    check_playlists(encoder);
    CHECK(read_playlist(encoder.playlist("audio")).segments.back().seams == 1);
}
