// A recording as its index tells it: renditions, segments, gaps. The bytes stay on disk.
#pragma once

#include "base/clock.hpp"
#include "base/file.hpp"
#include "media/frame.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tally::record {

/// Times in the rendition's timescale, positions in its file.
struct Init {
    std::uint32_t number = 0;
    std::uint64_t offset = 0;
    std::uint32_t size = 0;
    media::FormatPtr format;
};

struct Segment {
    std::uint64_t number = 0;
    std::uint32_t init = 0;
    bool independent = false;
    bool discontinuity = false;
    std::uint64_t decode_time = 0;
    std::uint64_t duration = 0;
    std::int32_t composition_offset = 0;  // of its first sample
    Time captured;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint32_t samples = 0;
    std::uint64_t index_position = 0;  // of its first fragment's entry

    std::uint64_t end() const { return decode_time + duration; }
};

struct Rendition {
    std::string name;
    media::Kind kind = media::Kind::video;
    std::uint32_t timescale = 0;
    std::vector<Init> inits{};
    std::vector<Segment> segments{};  // in time order
    std::uint64_t media_end = 0;      // behind the last whole init or fragment
    std::shared_ptr<const File> media;

    /// On the broadcast's timeline, which all renditions share.
    media::Ticks time_of(std::uint64_t decode_time) const;

    media::Ticks duration_of(const Segment& segment) const {
        return time_of(segment.end()) - time_of(segment.decode_time);
    }

    /// Of the media that is there, without the gaps between.
    media::Ticks duration() const;
    /// Bits per second over its media's duration.
    std::uint64_t bitrate() const;
    const Init* init(std::uint64_t number) const;
    const Segment* segment(std::uint64_t number) const;
};

/// A stretch of the timeline that has no media.
struct Gap {
    media::Ticks start{};  // from the recording's start
    media::Ticks duration{};
};

/// Immutable: of a recording that goes on, what was whole when it was opened. Safe on any thread.
class Recording {
public:
    /// Reads the index in `directory`, up to the first record that is torn or whose media bytes are not all
    /// there. Errc::not_found when nothing was ever recorded. Blocks.
    static Result<std::shared_ptr<const Recording>> open(const std::filesystem::path& directory);

    const std::vector<Rendition>& renditions() const { return renditions_; }

    /// Null when there is none of that name.
    const Rendition* rendition(std::string_view name) const;
    /// The one that downloads and previews are made of: the first recorded. Null without any.
    const Rendition* primary(media::Kind kind) const;

    bool playable() const { return end_ > start_; }

    media::Ticks start() const { return start_; }

    media::Ticks end() const { return end_; }

    media::Ticks duration() const { return end_ - start_; }

    /// Seconds: no segment is longer, rounded.
    unsigned target_duration() const;
    std::vector<Gap> gaps() const;
    /// Discontinuities since it began.
    std::size_t seams() const;
    /// Of all media files, in bytes.
    std::uint64_t size() const;

    /// What it holds in memory, in bytes.
    std::size_t memory() const;

    const File& index() const { return *index_; }

    /// Behind the last whole index record.
    std::uint64_t index_end() const { return index_end_; }

private:
    Recording() = default;

    Result<> load(const std::filesystem::path& directory);

    std::unique_ptr<const File> index_;
    std::uint64_t index_end_ = 0;
    std::vector<Rendition> renditions_;
    media::Ticks start_{};
    media::Ticks end_{};
};

std::filesystem::path index_path(const std::filesystem::path& directory);
std::filesystem::path media_path(const std::filesystem::path& directory, std::string_view rendition);

}  // namespace tally::record
