#include "media/timeline.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tally;
using media::Kind;
using media::Ticks;

namespace {

media::SourceFrame frame_at(Kind kind, Milliseconds dts, Milliseconds pts, Instant arrived) {
    return {.kind = kind, .dts = dts, .pts = pts, .arrived = arrived, .payload = {}};
}

/// A source that delivers in real time unless a test says otherwise.
class Source {
public:
    explicit Source(media::Timeline& timeline) : timeline_(timeline) {}

    std::optional<media::Timeline::Place> send(Kind kind, Milliseconds dts, Milliseconds waited = 10ms) {
        clock_.advance(waited);
        return timeline_.place(frame_at(kind, dts, dts, clock_.monotonic()), now());
    }

    Time now() const { return clock_.now(); }

private:
    media::Timeline& timeline_;
    ManualClock clock_;
};

}  // namespace

TEST_CASE("the first session starts at zero whatever its clock says") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    const auto first = source.send(Kind::video, 123'456ms);
    CHECK(first->dts == 0ms);
    CHECK_FALSE(first->discontinuity);
    CHECK(source.send(Kind::video, 123'496ms)->dts == 40ms);
    CHECK(source.send(Kind::audio, 123'500ms)->dts == 44ms);
}

TEST_CASE("a stream that resumes goes on where it stopped, behind a discontinuity on each track") {
    media::Timeline timeline(Ticks(60s));
    Source source(timeline);
    const auto video = source.send(Kind::video, 0ms);
    CHECK(video->dts == 60s);
    CHECK(video->discontinuity);
    CHECK(source.send(Kind::audio, 0ms)->discontinuity);
    CHECK_FALSE(source.send(Kind::audio, 20ms)->discontinuity);
}

TEST_CASE("a reconnect continues at the end of the furthest track and keeps its own A/V relation") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    source.send(Kind::video, 1000ms);
    source.send(Kind::audio, 1000ms);
    source.send(Kind::audio, 1020ms);
    source.send(Kind::video, 1040ms);  // ends at 1080 on its own clock, 80 on the stream
    timeline.begin_session();
    const auto video = source.send(Kind::video, 5ms, 4s);
    CHECK(video->dts == 80ms);
    CHECK(video->discontinuity);
    CHECK_FALSE(video->jumped);
    CHECK(video->captured == source.now());
    const auto audio = source.send(Kind::audio, 17ms);
    CHECK(audio->dts == 92ms);
    CHECK(audio->discontinuity);
}

TEST_CASE("captured advances exactly with DTS while arrival jitters") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    const auto first = source.send(Kind::video, 0ms);
    CHECK(source.send(Kind::video, 40ms, 3ms)->captured == first->captured + 40ms);
    CHECK(source.send(Kind::video, 80ms, 900ms)->captured == first->captured + 80ms);
}

TEST_CASE("a clock that jumps back is a seam for both tracks, counted once") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    source.send(Kind::video, 90'000ms);
    source.send(Kind::audio, 90'000ms);
    source.send(Kind::video, 90'040ms);
    const auto video = source.send(Kind::video, 0ms);
    CHECK(video->dts == 80ms);
    CHECK(video->discontinuity);
    CHECK(video->jumped);
    // Still on the old clock, as interleaving has it.
    const auto late = source.send(Kind::audio, 90'020ms);
    CHECK(late->dts == 20ms);
    CHECK_FALSE(late->discontinuity);
    const auto audio = source.send(Kind::audio, 20ms);
    CHECK(audio->dts == 100ms);
    CHECK(audio->discontinuity);
    CHECK_FALSE(audio->jumped);
    CHECK_FALSE(source.send(Kind::video, 40ms)->discontinuity);
}

TEST_CASE("a clock that jumps far ahead is a seam, as is a wrap that nobody unwrapped") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    source.send(Kind::video, 4'294'967'260ms);
    const auto wrapped = source.send(Kind::video, 4ms);
    CHECK(wrapped->dts == 20ms);
    CHECK(wrapped->jumped);
    const auto ahead = source.send(Kind::video, 10'004ms);
    CHECK(ahead->dts == 40ms);
    CHECK(ahead->jumped);
}

TEST_CASE("a pause of the source under two seconds stays a pause, a longer one is a seam") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    source.send(Kind::video, 0ms);
    CHECK(source.send(Kind::video, 1500ms, 1500ms)->dts == 1500ms);
    const auto after = source.send(Kind::video, 11'500ms, 10s);
    CHECK(after->discontinuity);
    CHECK(after->dts < 2s);
}

TEST_CASE("video that an encoder dropped for seconds comes back in step with the audio") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    source.send(Kind::video, 0ms);
    for (auto dts = 0ms; dts <= 6000ms; dts += 20ms)
        source.send(Kind::audio, dts, 20ms);
    const auto video = source.send(Kind::video, 6010ms);
    CHECK(video->dts == 6010ms);
    CHECK_FALSE(video->discontinuity);
}

TEST_CASE("DTS grows strictly within a track when the source repeats or steps back a little") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    const auto first = source.send(Kind::video, 100ms);
    const auto repeated = source.send(Kind::video, 100ms);
    const auto back = source.send(Kind::video, 90ms);
    CHECK(repeated->dts > first->dts);
    CHECK(back->dts > repeated->dts);
    CHECK(back->pts == back->dts);
    CHECK(source.send(Kind::video, 140ms)->dts == 40ms);
}

TEST_CASE("audio that would overlap what came before a seam is left out") {
    media::Timeline timeline(Ticks(0));
    Source source(timeline);
    CHECK(source.send(Kind::video, 1000ms));
    CHECK_FALSE(source.send(Kind::audio, 980ms));
    CHECK(source.send(Kind::audio, 1000ms)->dts == 0ms);
}

TEST_CASE("B-frames keep their composition offset") {
    media::Timeline timeline(Ticks(0));
    const auto place = timeline.place(frame_at(Kind::video, 1000ms, 1080ms, {}), Time());
    CHECK(place->pts - place->dts == 80ms);
}
