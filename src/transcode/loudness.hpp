// How loud sound is to people: ITU-R BS.1770-4.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace tally::transcode {

/// A channel through the K-weighting of annex 1. Its filters need some 50 ms of sound before they tell the
/// truth.
class KWeighting {
public:
    explicit KWeighting(std::uint32_t sample_rate);

    float filter(float sample);

private:
    /// A filter of second order; the first coefficient of the feedback is 1.
    struct Section {
        double filter(double sample);

        std::array<double, 3> forward{};
        std::array<double, 2> back{};
        std::array<double, 2> state{};
    };

    Section head_;  // the head's shelf
    Section low_cut_;
};

/// In LUFS, of the mean squares of blocks of sound, all channels of a block added up: what is quieter than
/// -70 LUFS, or 10 LU under the rest, does not count. Negative infinity when nothing does.
double gated_loudness(std::span<const double> blocks);

}  // namespace tally::transcode
