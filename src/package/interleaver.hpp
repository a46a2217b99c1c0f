// Puts the frames of both tracks into DTS order, so that cuts are known before the other track reaches them.
#pragma once

#include "media/frame.hpp"

#include <array>
#include <deque>

namespace tally::package {

/// Holds at most one second of media: a track that is silent for longer stops being waited for until it comes
/// back. At the start both are waited for.
class Interleaver {
public:
    void push(media::FramePtr frame);
    /// The next frame in order; null while a track may still bring an earlier one.
    media::FramePtr pop();
    /// Nothing more comes: pop() gives all that is left.
    void end();

private:
    struct Track {
        std::deque<media::FramePtr> frames;
        bool expected = true;
    };

    std::array<Track, 2> tracks_;
};

}  // namespace tally::package
