// The longest a part may be: fixed for the life of the stream before its first part is out.
#pragma once

#include "media/frame.hpp"

#include <cstddef>
#include <optional>

namespace tally::package {

/// A whole number of frames close to what is wished for: players give up on parts over the target or under
/// 85 % of it (rfc8216bis 4.4.4.9). The frame rate that counts is that of video, where there is any.
class PartTarget {
public:
    explicit PartTarget(media::Ticks wish) : wish_(wish) {}

    void expect_video() { leader_ = media::Kind::video; }

    /// A part that grows: `frames` of `kind` over `media` so far. Fixes the target once that tells the rate.
    void observe(media::Kind kind, std::size_t frames, media::Ticks media);

    /// Empty until fixed.
    const std::optional<media::Ticks>& duration() const { return duration_; }

private:
    media::Ticks wish_;
    media::Kind leader_ = media::Kind::audio;
    std::optional<media::Ticks> duration_;
};

}  // namespace tally::package
