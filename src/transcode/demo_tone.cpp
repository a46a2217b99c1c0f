#include "transcode/demo_tone.hpp"

#include "transcode/demo_picture.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace tally::transcode {
namespace {

constexpr std::array<double, 3> chord{220, 277, 330};  // Hz: about A major
constexpr double chord_level = 0.008;
constexpr double beep_frequency = 880;  // Hz
constexpr double beep_level = 0.08;
constexpr double beep_seconds = static_cast<double>(DemoPicture::lit_frames) / DemoPicture::rate;
constexpr double ramp_seconds = 0.005;  // in and out, against clicks

double wave(double frequency, double time) {
    return std::sin(2 * std::numbers::pi * frequency * time);
}

double beep(double time) {
    const double nearest_edge = std::min(time, beep_seconds - time);
    const double ramp = std::clamp(nearest_edge / ramp_seconds, 0.0, 1.0);
    return beep_level * ramp * wave(beep_frequency, time);
}

}  // namespace

DemoTone::DemoTone() {
    second_.reserve(sample_rate);
    for (int i = 0; i < sample_rate; ++i) {
        const double time = static_cast<double>(i) / sample_rate;
        double sample = beep(time);
        for (const double frequency : chord)
            sample += chord_level * wave(frequency, time);
        second_.push_back(static_cast<float>(sample));
    }
}

void DemoTone::fill(std::int64_t first, std::span<float> samples) const {
    auto position = static_cast<std::size_t>(first % sample_rate);
    for (float& sample : samples) {
        sample = second_[position];
        position = (position + 1) % second_.size();
    }
}

}  // namespace tally::transcode
