// Keyframes as pictures: each is decoded once, for all who want to see it.
#pragma once

#include "transcode/still.hpp"

#include <deque>
#include <mutex>

namespace tally::app {

using StillPtr = std::shared_ptr<const transcode::Still>;

/// Used by the one worker thread of pictures, so that nobody decodes what another is about to.
class Stills {
public:
    /// Kept, or decoded now. Errors as Still::of().
    Result<StillPtr> of(const media::FramePtr& keyframe);

private:
    struct Kept {
        std::weak_ptr<const media::Frame> keyframe;  // a picture does not keep its bytes
        StillPtr still;
    };

    StillPtr find(const media::FramePtr& keyframe) const;

    mutable std::mutex mutex_;
    std::deque<Kept> kept_;  // under the mutex, newest last, bounded
};

}  // namespace tally::app
