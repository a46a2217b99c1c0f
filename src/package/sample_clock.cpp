#include "package/sample_clock.hpp"

#include <algorithm>

namespace tally::package {
namespace {

constexpr std::int64_t tolerated_drift_ms = 40;

}  // namespace

std::uint64_t SampleClock::to_timescale(media::Ticks time) const {
    constexpr std::uint64_t second = media::Ticks::period::den;
    const auto ticks = static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0));
    // Whole seconds apart, so that no product leaves 64 bits.
    return ticks / second * timescale_ + (ticks % second * timescale_ + second / 2) / second;
}

std::uint64_t SampleClock::expected() const {
    const auto& format = std::get<codec::AudioFormat>(*format_);
    return anchor_ + frames_ * format.samples_per_frame * timescale_ / format.sample_rate;
}

std::optional<std::uint64_t> SampleClock::place(const media::Frame& frame) {
    const auto exact = to_timescale(frame.dts);
    if (frame.kind == media::Kind::video) return exact;

    const auto next = format_ ? expected() : exact;
    const auto drift = static_cast<std::int64_t>(exact - next) * 1000 / timescale_;
    const auto restarts = frame.format != format_ || frame.discontinuity;
    if (!restarts && drift < -tolerated_drift_ms) return std::nullopt;
    if (restarts || drift > tolerated_drift_ms) {
        format_ = frame.format;
        anchor_ = std::max(exact, next);
        frames_ = 0;
    }
    const auto time = expected();
    ++frames_;
    return time;
}

}  // namespace tally::package
