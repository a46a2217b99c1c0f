// Turns a stream's frames into CMAF renditions, and publishes their playlists.
#pragma once

#include "media/stream.hpp"
#include "package/interleaver.hpp"
#include "package/live_output.hpp"
#include "package/part_target.hpp"
#include "package/segmenter.hpp"
#include "package/track_writer.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tally::package {

struct PackagerOptions {
    media::Ticks segment = std::chrono::seconds(2);      // cut at the first keyframe from here on
    media::Ticks part = std::chrono::milliseconds(333);  // about; see PartTarget
    std::uint32_t first_number = 0;                      // of segments and inits, where none are resumed
    LiveOutput::Options live;
};

/// Where a stream goes on after a restart of the server, as its recording tells.
struct Resume {
    struct Track {
        std::string name;
        std::uint32_t timescale = 0;
        std::uint32_t next_init = 0;
        std::uint64_t next_segment = 0;
        std::uint64_t next_decode_time = 0;  // in the timescale
    };

    std::map<media::Kind, Track> tracks;  // empty for a new stream
    unsigned target_duration = 0;         // seconds; 0: fixed anew by the first segment
    std::uint64_t seams = 0;              // discontinuities so far
};

/// On the stream's home thread. A track that is silent never holds back the other.
class Packager final : public media::FrameSink {
public:
    /// `sinks` hear everything; the live output is one more, first in line.
    Packager(
        std::shared_ptr<Output> output, PackagerOptions options, const Resume& resume, OutputSinks sinks
    );

    void on_frame(const media::FramePtr& frame) override;
    void on_end() override;

private:
    struct Track {
        std::unique_ptr<TrackWriter> writer;
        std::optional<std::uint64_t> joins_at;  // segment from which a late track is let in
    };

    void take(const media::FramePtr& frame);
    bool admit(Track& track, const media::Frame& frame);
    std::unique_ptr<TrackWriter> make_writer(const media::Frame& frame);
    void follow(media::Kind kind);

    Resume resume_;
    std::uint32_t first_number_;
    std::shared_ptr<LiveOutput> live_;
    OutputSinks sinks_;
    Interleaver interleaver_;
    Segmenter segmenter_;
    PartTarget part_target_;
    std::array<Track, 2> tracks_;
};

}  // namespace tally::package
