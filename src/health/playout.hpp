// The buffer of an ideal player at the live edge: what bufferHealth measures.
#pragma once

#include <algorithm>

namespace tally::health {

/// Plays at the pace of the wall clock from what has arrived, with `target` seconds in hand at first; once it
/// runs dry it waits until it has that much again. With less in hand it plays a little slower, as players do.
class Playout {
public:
    /// `slack`: seconds by which arrival may wobble without being a shortage: one frame.
    void start(double target, double slack) {
        target_ = target;
        level_ = target + slack;
        filling_ = false;
        health_ = 100;
    }

    /// A second passed in which `media` seconds arrived. Gives bufferHealth: 0-100, smoothed over 10 s.
    double advance(double media) {
        double pace = level_ < target_ ? gentle : 1;
        if (filling_) pace = 0;
        level_ += media - pace;
        level_ = std::clamp(level_, 0.0, most);
        if (level_ == 0) filling_ = true;
        if (level_ >= target_) filling_ = false;
        const double now = filling_ ? 0 : 100 * std::clamp(level_ / target_, 0.0, 1.0);
        health_ += (now - health_) / 10;
        return health_;
    }

private:
    static constexpr double gentle = 0.97;
    static constexpr double most = 10;  // a burst may not hide a shortage that follows

    double target_ = 1;
    double level_ = 1;
    double health_ = 100;
    bool filling_ = false;
};

}  // namespace tally::health
