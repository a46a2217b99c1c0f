// Gathers the samples of one part and makes its bytes.
#pragma once

#include "media/frame.hpp"
#include "package/output.hpp"

#include <cstdint>
#include <vector>

namespace tally::package {

class FragmentBuilder {
public:
    /// Times in the track's timescale.
    void add(media::FramePtr frame, std::uint64_t decode_time, Sample sample);

    bool empty() const { return samples_.empty(); }

    std::size_t size() const { return samples_.size(); }

    /// Of the samples so far, in the track's timescale.
    std::uint64_t duration() const { return duration_; }

    /// The fragment, all but its place in the rendition; the builder is empty again.
    Fragment build();

private:
    std::vector<media::FramePtr> frames_;
    std::vector<Sample> samples_;
    std::uint64_t decode_time_ = 0;
    std::uint64_t duration_ = 0;
    std::uint32_t sequence_ = 0;
};

}  // namespace tally::package
