// Bounds what a stretch of media may weigh: readers keep seconds of media, and so keep bounded bytes.
#pragma once

#include "media/frame.hpp"

#include <cstddef>

namespace tally::media {

/// A source whose clock hardly moves would otherwise fill every window, part and segment without end.
class Budget {
public:
    static constexpr std::size_t bytes_per_second = 16 * 1024 * 1024;
    static constexpr std::size_t frames_per_second = 2000;

    /// False when the second of media that `dts` lies in is full.
    bool admit(Ticks dts, std::size_t bytes) {
        if (dts - start_ >= std::chrono::seconds(1) || dts < start_) {
            start_ = dts;
            bytes_ = frames_ = 0;
        }
        bytes_ += bytes;
        ++frames_;
        return bytes_ <= bytes_per_second && frames_ <= frames_per_second;
    }

private:
    Ticks start_{};
    std::size_t bytes_ = 0;
    std::size_t frames_ = 0;
};

}  // namespace tally::media
