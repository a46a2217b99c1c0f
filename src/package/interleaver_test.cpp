#include "package/interleaver.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace std::chrono_literals;
using namespace tally;
using media::Kind;

namespace {

struct Feed {
    package::Interleaver interleaver;

    /// What comes out, as DTS in milliseconds.
    std::vector<std::int64_t> push(Kind kind, Milliseconds dts) {
        media::Frame frame;
        frame.kind = kind;
        frame.dts = dts;
        interleaver.push(std::make_shared<const media::Frame>(std::move(frame)));
        return drain();
    }

    std::vector<std::int64_t> drain() {
        std::vector<std::int64_t> out;
        while (const auto frame = interleaver.pop())
            out.push_back(std::chrono::floor<Milliseconds>(frame->dts).count());
        return out;
    }
};

using Times = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("frames leave in DTS order once the other track has come as far") {
    Feed feed;
    CHECK(feed.push(Kind::video, 0ms).empty());
    CHECK(feed.push(Kind::audio, 10ms) == Times{0});
    CHECK(feed.push(Kind::audio, 31ms).empty());
    CHECK(feed.push(Kind::video, 33ms) == Times{10, 31});
}

TEST_CASE("a track that never came is waited for during one second of media, then no longer") {
    Feed feed;
    for (auto dts = 0ms; dts < 1000ms; dts += 100ms)
        CHECK(feed.push(Kind::video, dts).empty());
    CHECK(feed.push(Kind::video, 1000ms).size() == 11);
    CHECK(feed.push(Kind::video, 1100ms) == Times{1100});
    // It comes after all: from now on there is order again.
    CHECK(feed.push(Kind::audio, 1150ms).empty());
    CHECK(feed.push(Kind::video, 1200ms) == Times{1150});
}

TEST_CASE("the end lets everything go") {
    Feed feed;
    feed.push(Kind::video, 0ms);
    feed.push(Kind::video, 40ms);
    feed.interleaver.end();
    CHECK(feed.drain() == Times{0, 40});
}
