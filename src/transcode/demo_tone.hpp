// The demo's sound: a soft chord, and a beep as each second starts.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tally::transcode {

/// Every frequency is a whole number of hertz, so one second of samples repeats without a seam.
class DemoTone {
public:
    static constexpr int sample_rate = 48'000;

    DemoTone();

    /// Samples from `first` (counted from the Unix epoch) on, within -1..1.
    void fill(std::int64_t first, std::span<float> samples) const;

private:
    std::vector<float> second_;
};

}  // namespace tally::transcode
