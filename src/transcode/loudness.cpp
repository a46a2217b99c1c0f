#include "transcode/loudness.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace tally::transcode {
namespace {

constexpr double absolute_gate = -70;  // LUFS
constexpr double relative_gate = -10;  // LU

// The analogue filters that annex 1 gives at 48 kHz: frequency in Hz, Q, and the shelf's gain in dB.
constexpr double shelf_frequency = 1681.974450955533;
constexpr double shelf_q = 0.7071752369554196;
constexpr double shelf_gain = 3.999843853973347;
constexpr double shelf_slope = 0.4996667741545416;
constexpr double cut_frequency = 38.13547087602444;
constexpr double cut_q = 0.5003270373238773;

double warp(double frequency, std::uint32_t sample_rate) {
    return std::tan(std::numbers::pi * frequency / sample_rate);
}

double lufs(double mean_square) {
    return -0.691 + 10 * std::log10(mean_square);
}

double mean_above(std::span<const double> blocks, double gate) {
    double sum = 0;
    std::size_t count = 0;
    for (const auto block : blocks) {
        if (lufs(block) <= gate) continue;
        sum += block;
        ++count;
    }
    return count > 0 ? sum / static_cast<double>(count) : 0;
}

}  // namespace

KWeighting::KWeighting(std::uint32_t sample_rate) {
    const double k = warp(shelf_frequency, sample_rate);
    const double high = std::pow(10, shelf_gain / 20);
    const double band = std::pow(high, shelf_slope);
    const double norm = 1 + k / shelf_q + k * k;
    head_.forward = {
        (high + band * k / shelf_q + k * k) / norm,
        2 * (k * k - high) / norm,
        (high - band * k / shelf_q + k * k) / norm,
    };
    head_.back = {2 * (k * k - 1) / norm, (1 - k / shelf_q + k * k) / norm};

    const double c = warp(cut_frequency, sample_rate);
    const double cut_norm = 1 + c / cut_q + c * c;
    low_cut_.forward = {1, -2, 1};
    low_cut_.back = {2 * (c * c - 1) / cut_norm, (1 - c / cut_q + c * c) / cut_norm};
}

float KWeighting::filter(float sample) {
    return static_cast<float>(low_cut_.filter(head_.filter(sample)));
}

/// Transposed direct form II.
double KWeighting::Section::filter(double sample) {
    const double out = forward[0] * sample + state[0];
    state[0] = forward[1] * sample - back[0] * out + state[1];
    state[1] = forward[2] * sample - back[1] * out;
    return out;
}

double gated_loudness(std::span<const double> blocks) {
    const double audible = mean_above(blocks, absolute_gate);
    if (audible <= 0) return -std::numeric_limits<double>::infinity();
    const auto gate = std::max(absolute_gate, lufs(audible) + relative_gate);
    return lufs(mean_above(blocks, gate));
}

}  // namespace tally::transcode
