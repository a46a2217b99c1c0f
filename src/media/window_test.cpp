#include "media/window.hpp"

#include "net/spawn.hpp"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using namespace tally;
using media::Kind;
using media::Ticks;

namespace {

media::FramePtr frame(Kind kind, Milliseconds dts, bool keyframe, std::size_t size = 10) {
    media::Frame frame;
    frame.kind = kind;
    frame.keyframe = keyframe;
    frame.dts = dts;
    frame.payload = Bytes(size);
    return std::make_shared<const media::Frame>(std::move(frame));
}

struct Reader {
    media::Subscription subscription;
    std::vector<media::FramePtr> frames;
    bool ended = false;

    explicit Reader(std::shared_ptr<media::Window> window) : subscription(std::move(window)) {}

    Async<> run() {
        while (auto next = co_await subscription.next())
            frames.push_back(std::move(next));
        ended = true;
    }
};

}  // namespace

TEST_CASE("a reader starts at the newest keyframe and ends with the stream") {
    asio::io_context context(1);
    const auto window = std::make_shared<media::Window>(context.get_executor());
    window->append(frame(Kind::video, 0ms, true));
    window->append(frame(Kind::video, 40ms, false));
    window->append(frame(Kind::video, 80ms, true));
    window->append(frame(Kind::audio, 85ms, true));
    Reader reader(window);
    net::spawn(context.get_executor(), "reader", reader.run());
    context.poll();
    CHECK(reader.frames.size() == 2);
    CHECK(reader.frames.front()->dts == 80ms);
    window->append(frame(Kind::video, 120ms, false));
    window->end();
    context.poll();
    CHECK(reader.frames.size() == 3);
    CHECK(reader.ended);
}

TEST_CASE("a slow reader resumes at the newest keyframe and knows what it lost") {
    asio::io_context context(1);
    const media::Window::Limits limits{.duration = 1s, .bytes = 1 << 20};
    const auto window = std::make_shared<media::Window>(context.get_executor(), limits);
    window->append(frame(Kind::video, 0ms, true));
    Reader reader(window);
    for (int i = 1; i <= 100; ++i)
        window->append(frame(Kind::video, i * 40ms, i % 25 == 0));
    window->append(frame(Kind::video, 4040ms, false));
    net::spawn(context.get_executor(), "reader", reader.run());
    context.poll();
    CHECK(reader.frames.size() == 2);
    CHECK(reader.frames.front()->dts == 4000ms);
    CHECK(reader.subscription.skipped() == 100);
    window->end();
    context.poll();
}

TEST_CASE("a GOP longer than the window stays whole until the bound on bytes cuts it") {
    asio::io_context context(1);
    const media::Window::Limits limits{.duration = 1s, .bytes = 10'000};
    const auto window = std::make_shared<media::Window>(context.get_executor(), limits);
    for (int i = 0; i < 200; ++i)
        window->append(frame(Kind::video, i * 40ms, i == 0));
    CHECK(window->entry() == 0);
    for (int i = 200; i < 2000; ++i)
        window->append(frame(Kind::video, i * 40ms, false));
    CHECK(window->next() - window->first() == 1000);

    // Nothing decodable is left: a new reader waits for the next keyframe.
    Reader reader(window);
    net::spawn(context.get_executor(), "reader", reader.run());
    window->append(frame(Kind::video, 80'000ms, true));
    window->end();
    context.poll();
    CHECK(reader.frames.size() == 1);
    CHECK(reader.frames.front()->keyframe);
}

TEST_CASE("without video a reader starts at the newest frame") {
    asio::io_context context(1);
    media::Window window(context.get_executor());
    CHECK(window.entry() == window.next());
    for (int i = 0; i < 10; ++i)
        window.append(frame(Kind::audio, i * 20ms, true));
    CHECK(window.entry() == 9);
}
