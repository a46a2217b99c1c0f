#include "package/part_target.hpp"

#include <algorithm>

namespace tally::package {
namespace {

using namespace std::chrono_literals;

// Sums of timestamps that RTMP rounded to milliseconds are off by up to two.
constexpr media::Ticks rounding = 2ms;

}  // namespace

void PartTarget::observe(media::Kind kind, std::size_t frames, media::Ticks media) {
    if (duration_ || kind != leader_ || media < wish_ * 9 / 10) return;
    const auto interval = media / static_cast<std::int64_t>(frames);
    // 1 % more, so that 29.97 fps has ten frames in a third of a second as 30 fps has.
    const auto fitting = std::max<std::int64_t>(1, wish_ * 101 / 100 / interval);
    duration_ = fitting * media / static_cast<std::int64_t>(frames) + rounding;
}

}  // namespace tally::package
