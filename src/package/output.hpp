// What the packager makes of a stream: fragments, segments and playlists, made once and shared by every
// reader.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "codec/format.hpp"
#include "container/mp4.hpp"
#include "media/frame.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tally::package {

/// A CMAF track as players see it: "720p", "audio". The name is fixed for the life of the stream.
struct Rendition {
    std::string name;
    media::Kind kind = media::Kind::video;
    std::uint32_t timescale = 90'000;  // video 90 000, audio its sample rate
    media::FormatPtr format;           // the newest
};

/// An init segment (ftyp + moov). A new one starts when the format changes; numbered from 0 in its rendition.
struct Init {
    std::uint32_t number = 0;
    media::FormatPtr format;
    SharedBytes bytes;
};

/// One sample of a fragment, in the rendition's timescale.
using Sample = container::mp4::Sample;

/// moof + mdat: a part of LL-HLS, a chunk of CMAF, and the unit that is recorded.
struct Fragment {
    std::uint64_t segment = 0;      // media sequence number
    std::uint32_t part = 0;         // within the segment, from 0
    std::uint32_t init = 0;         // number of the Init it decodes with
    bool independent = false;       // starts with a keyframe
    bool discontinuity = false;     // a seam lies before it; only ever on part 0
    std::uint64_t decode_time = 0;  // tfdt, in the rendition's timescale
    std::uint64_t duration = 0;     // in the rendition's timescale
    Time captured;                  // wall clock at the presentation of its first sample
    std::vector<Sample> samples;
    std::uint32_t mdat_payload = 0;  // offset of the first sample's byte within `bytes`
    SharedBytes bytes;

    /// Of its first sample, in the rendition's timescale.
    std::uint64_t presentation_time() const {
        const auto offset = samples.empty() ? 0 : std::int64_t{samples.front().composition_offset};
        return static_cast<std::uint64_t>(
            std::max(static_cast<std::int64_t>(decode_time) + offset, std::int64_t{0})
        );
    }
};

/// Hears everything the packager makes, in order, on the stream's home thread.
class OutputSink {
public:
    virtual ~OutputSink() = default;
    virtual void on_init(const Rendition& rendition, const Init& init) = 0;
    virtual void on_fragment(const Rendition& rendition, const Fragment& fragment) = 0;
    /// A segment without fragments is a gap: the track was silent, and renditions keep equal numbers.
    virtual void on_segment_end(const Rendition& rendition, std::uint64_t segment) = 0;
    virtual void on_end() = 0;
};

/// A complete segment in the live window: its fragments' bytes in one piece; null where the track was silent.
struct Segment {
    std::uint64_t number = 0;
    std::uint32_t init = 0;
    bool independent = true;
    bool discontinuity = false;
    std::uint64_t decode_time = 0;
    std::uint64_t duration = 0;
    std::uint64_t presentation_time = 0;  // of its first sample
    Time captured;
    SharedBytes bytes;
};

using SegmentPtr = std::shared_ptr<const Segment>;

/// A rendered text and its gzip form, with a strong ETag for the text; the gzip form needs one of its own.
struct Document {
    SharedBytes text;
    SharedBytes gzip;
    std::string etag;  // quoted
};

/// One rendition's live window at one moment. Immutable: readers on any thread hold it as long as they need.
struct RenditionSnapshot {
    Rendition rendition;
    Document playlist;                    // HLS media playlist
    std::map<std::uint32_t, Init> inits;  // those the window and its grace period refer to
    std::vector<SegmentPtr> segments;     // oldest first; a few more than the playlist lists
};

struct Snapshot {
    Document master;    // HLS multivariant playlist
    Document manifest;  // DASH MPD
    std::map<std::string, std::shared_ptr<const RenditionSnapshot>, std::less<>> renditions;
    bool ended = false;
};

/// The live output of one stream: written on its home thread, read from any. Null until the first segment is
/// complete.
class Output {
public:
    std::shared_ptr<const Snapshot> snapshot() const { return snapshot_.load(std::memory_order_acquire); }

    void publish(std::shared_ptr<const Snapshot> next) {
        snapshot_.store(std::move(next), std::memory_order_release);
    }

private:
    std::atomic<std::shared_ptr<const Snapshot>> snapshot_;
};

}  // namespace tally::package
