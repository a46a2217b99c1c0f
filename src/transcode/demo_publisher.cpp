#include "transcode/demo_publisher.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "transcode/demo_encoder.hpp"
#include "transcode/rtmp_output.hpp"

extern "C" {
#include <libavcodec/packet.h>
}

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace tally::transcode {
namespace {

constexpr Milliseconds first_wait{200};
constexpr Milliseconds longest_wait{5000};
constexpr Milliseconds hopelessly_late{2000};
constexpr std::int64_t steady_frames = 5 * DemoPicture::rate;

/// False when `stop` came first.
bool sleep_until(const std::stop_token& stop, Instant due) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait_until(lock, stop, due, [] { return false; });
    return !stop.stop_requested();
}

/// Wall-clock time in frames, rounded down: a frame falls exactly on each second's start.
std::int64_t frame_at(Time time) {
    return time.time_since_epoch().count() * DemoPicture::rate / 1000;
}

/// One connection, for as long as it holds; `steady` is set once it has held for a while.
Result<> publish(const std::string& url, const std::stop_token& stop, bool& steady) {
    TRY(auto encoder, DemoEncoder::open());
    RtmpOutput output(stop);
    if (auto done = output.connect(url, encoder.video(), encoder.audio()); !done) return done;
    log::info("demo is publishing");

    const auto send = [&](AVPacket& packet) {
        const bool video = packet.stream_index == DemoEncoder::video_stream;
        return output.write(packet, video ? encoder.video() : encoder.audio());
    };
    encoder.start_at(frame_at(system_clock().now()));
    const Instant start = system_clock().monotonic();
    for (;;) {
        const auto media_time =
            std::chrono::nanoseconds(encoder.frames() * 1'000'000'000 / DemoPicture::rate);
        if (!sleep_until(stop, start + media_time)) return {};
        if (system_clock().monotonic() - (start + media_time) > hopelessly_late)
            return fail(Errc::timed_out, "demo: the server takes less than real time");
        if (auto done = encoder.encode_next(send); !done) return done;
        steady = encoder.frames() > steady_frames;
    }
}

void run(const std::stop_token& stop, const std::string& url) {
    Milliseconds wait = first_wait;
    while (!stop.stop_requested()) {
        bool steady = false;
        const auto outcome = publish(url, stop, steady);
        if (outcome) return;
        if (steady) wait = first_wait;
        log::warn(
            "demo is not publishing", {{"reason", outcome.error().context}, {"retry_ms", wait.count()}}
        );
        if (!sleep_until(stop, system_clock().monotonic() + wait)) return;
        wait = std::min(wait * 2, longest_wait);
    }
}

}  // namespace

DemoPublisher::DemoPublisher(std::string url)
    : thread_([url = std::move(url)](const std::stop_token& stop) { run(stop, url); }) {}

}  // namespace tally::transcode
