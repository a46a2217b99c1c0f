// What a keyframe shows, made small: decoded once, for thumbnails and for a look at the picture.
#pragma once

#include "base/bytes.hpp"
#include "media/frame.hpp"
#include "transcode/libav.hpp"

#include <vector>

namespace tally::transcode {

/// A picture's luma on a grid of 64 × 36 places, each 0 (black) to 255 (white).
class Look {
public:
    explicit Look(std::vector<float> places) : places_(std::move(places)) {}

    /// Under which all but 2 % of the picture is: a title on black is not black.
    double brightest() const;
    /// Of the place that changed most.
    double change_since(const Look& earlier) const;

private:
    std::vector<float> places_;
};

class Still {
public:
    static constexpr int normal_width = 640;

    /// `width` pixels wide (16..1920) and as high as the picture's shape asks. For worker threads, as
    /// decode_keyframe(); its errors too.
    static Result<Still> of(const media::Frame& keyframe, int width = normal_width);

    /// For worker threads: takes some 3 ms.
    Result<Bytes> jpeg() const;
    Look look() const;

private:
    explicit Still(PicturePtr picture) : picture_(std::move(picture)) {}

    PicturePtr picture_;  // as JPEG wants it
};

}  // namespace tally::transcode
