#include "media/stream.hpp"

#include "net/spawn.hpp"

#include <doctest/doctest.h>

#include <future>
#include <thread>

using namespace std::chrono_literals;
using namespace tally;
using media::Kind;

namespace {

codec::Format sized_video(std::uint32_t height = 720) {
    return codec::VideoFormat{
        .width = height * 16 / 9,
        .height = height,
        .codecs = "avc1.64001f",
        .configuration = {1, 2, 3},
    };
}

struct Collector : media::FrameSink {
    std::vector<media::FramePtr> frames;
    int ends = 0;

    void on_frame(const media::FramePtr& frame) override { frames.push_back(frame); }

    void on_end() override { ++ends; }
};

/// A stream on a home thread that runs when a test says so.
struct Fixture {
    asio::io_context home{1};
    ManualClock clock;
    std::vector<std::string> heard;
    std::shared_ptr<Collector> sink = std::make_shared<Collector>();
    std::shared_ptr<media::Stream> stream = std::make_shared<media::Stream>(
        home.get_executor(),
        clock,
        media::Stream::Start{.id = StreamId::make(clock.now()), .channel = *ChannelId::parse("ch_001")},
        media::StreamEvents{
            .connected = [this] { heard.emplace_back("connected"); },
            .first_media = [this] { heard.emplace_back("first_media"); },
            .disconnected = [this](bool goodbye) { heard.emplace_back(goodbye ? "goodbye" : "lost"); },
        }
    );

    Fixture() { stream->add_sink(sink); }

    void video(media::Publisher& publisher, Milliseconds dts, bool keyframe) {
        publisher.push({
            .kind = Kind::video,
            .keyframe = keyframe,
            .dts = dts,
            .pts = dts,
            .arrived = clock.monotonic(),
            .payload = {0, 0, 0, 1, 9},
        });
        home.poll();
        clock.advance(40ms);
    }
};

}  // namespace

TEST_CASE("frames wait for their format, and video for a keyframe") {
    Fixture fixture;
    const auto publisher = *fixture.stream->attach();
    fixture.video(*publisher, 0ms, true);
    publisher->set_format(Kind::video, sized_video());
    fixture.video(*publisher, 40ms, false);
    fixture.video(*publisher, 80ms, true);
    fixture.video(*publisher, 120ms, false);
    REQUIRE(fixture.sink->frames.size() == 2);
    CHECK(fixture.sink->frames.front()->keyframe);
    CHECK(fixture.sink->frames.front()->dts == 0ms);
    CHECK(fixture.stream->newest_keyframe() == fixture.sink->frames.front());
    CHECK(fixture.heard == std::vector<std::string>{"connected", "first_media"});
}

TEST_CASE("an equal format is no discontinuity, a changed one waits for its keyframe and is one") {
    Fixture fixture;
    const auto publisher = *fixture.stream->attach();
    publisher->set_format(Kind::video, sized_video());
    fixture.video(*publisher, 0ms, true);
    publisher->set_format(Kind::video, sized_video());
    fixture.video(*publisher, 40ms, false);
    publisher->set_format(Kind::video, sized_video(1080));
    fixture.video(*publisher, 80ms, false);
    fixture.video(*publisher, 120ms, true);
    const auto& frames = fixture.sink->frames;
    REQUIRE(frames.size() == 3);
    CHECK_FALSE(frames[1]->discontinuity);
    CHECK(frames[1]->format == frames[0]->format);
    CHECK(frames[2]->discontinuity);
    CHECK(frames[2]->format == fixture.stream->format(Kind::video));
}

TEST_CASE("a source whose clock stands still is cut off at the budget") {
    Fixture fixture;
    const auto publisher = *fixture.stream->attach();
    publisher->set_format(Kind::video, sized_video());
    for (int i = 0; i < 3000; ++i)
        fixture.video(*publisher, 0ms, true);
    CHECK(fixture.sink->frames.size() == media::Budget::frames_per_second);
    fixture.video(*publisher, 1010ms, false);
    fixture.video(*publisher, 1050ms, true);
    CHECK(fixture.sink->frames.size() == media::Budget::frames_per_second + 1);
}

TEST_CASE("a second encoder is refused until the first has been silent for 5 s") {
    Fixture fixture;
    auto first = *fixture.stream->attach();
    first->set_format(Kind::video, sized_video());
    fixture.video(*first, 0ms, true);
    fixture.clock.advance(4900ms);
    const auto refused = fixture.stream->attach();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Errc::conflict);

    fixture.clock.advance(100ms);
    const auto second = *fixture.stream->attach();
    CHECK(first->revoked());
    CHECK_FALSE(second->revoked());
    second->set_format(Kind::video, sized_video());
    fixture.video(*first, 40ms, true);
    fixture.video(*second, 7000ms, true);
    REQUIRE(fixture.sink->frames.size() == 2);
    CHECK(fixture.sink->frames[1]->discontinuity);
    CHECK(fixture.sink->frames[1]->dts == 20ms);

    first.reset();
    fixture.home.poll();
    CHECK(
        fixture.heard ==
        std::vector<std::string>{"connected", "first_media", "lost", "connected", "first_media"}
    );
}

TEST_CASE("after a goodbye or a loss another encoder may attach at once") {
    Fixture fixture;
    auto first = *fixture.stream->attach();
    first->goodbye();
    auto second = *fixture.stream->attach();
    second.reset();
    CHECK(fixture.stream->attach().has_value());
    fixture.home.poll();
    CHECK(
        fixture.heard ==
        std::vector<std::string>{"connected", "goodbye", "connected", "lost", "connected", "lost"}
    );
}

TEST_CASE("the end reaches sinks once, revokes the publisher and refuses further ones") {
    Fixture fixture;
    const auto publisher = *fixture.stream->attach();
    fixture.home.poll();
    fixture.stream->end();
    fixture.stream->end();
    CHECK(fixture.sink->ends == 1);
    CHECK(publisher->revoked());
    const auto late = fixture.stream->attach();
    REQUIRE_FALSE(late);
    CHECK(late.error().code == Errc::closed);
}

TEST_CASE("a publisher and readers on other threads see every frame in order") {
    Fixture fixture;
    constexpr int count = 500;
    auto work = asio::make_work_guard(fixture.home);
    std::thread home([&] { fixture.home.run(); });

    asio::io_context elsewhere(1);
    std::vector<media::FramePtr> received;
    std::promise<void> opened;
    const auto read = [&]() -> Async<> {
        const auto window = co_await fixture.stream->window(elsewhere.get_executor());
        CHECK(window == co_await fixture.stream->window(elsewhere.get_executor()));
        opened.set_value();
        media::Subscription subscription(window);
        while (auto frame = co_await subscription.next())
            received.push_back(std::move(frame));
    };
    const auto publisher = *fixture.stream->attach();
    publisher->set_format(Kind::video, sized_video());
    const auto push = [&](int i) {
        publisher->push({
            .keyframe = i == 0,
            .dts = i * 40ms,
            .pts = i * 40ms,
            .arrived = fixture.clock.monotonic() + i * 40ms,
            .payload = {1},
        });
    };
    for (int i = 0; i < count / 2; ++i)
        push(i);
    net::spawn(elsewhere.get_executor(), "reader", read());
    std::thread reader([&] { elsewhere.run(); });
    for (int i = count / 2; i < count; ++i)
        push(i);
    opened.get_future().wait();
    asio::post(fixture.home, [&] { fixture.stream->end(); });
    reader.join();
    work.reset();
    home.join();

    REQUIRE(received.size() == count);
    for (int i = 0; i < count; ++i)
        CHECK(received[static_cast<std::size_t>(i)]->dts == i * 40ms);
}
