// ISO base media files (ISO 14496-12) as Tally makes them: CMAF init segments and fragments, and the header
// of a progressive file over samples that lie elsewhere.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "codec/format.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace tally::container::mp4 {

struct Track {
    std::uint32_t id = 1;
    std::uint32_t timescale = 90'000;
    codec::Format format;
};

/// Durations and offsets in the track's timescale.
struct Sample {
    std::uint32_t size = 0;
    std::uint32_t duration = 0;
    std::int32_t composition_offset = 0;  // PTS - DTS; may be negative (trun version 1)
    bool sync = false;
    friend bool operator==(const Sample&, const Sample&) = default;
};

/// ftyp + moov with mvex: what a CMAF track's fragments decode with (ISO 23000-19 7.3.1).
Bytes init_segment(const Track& track);

struct Fragment {
    std::uint32_t track = 1;
    std::uint32_t sequence = 0;     // mfhd sequence_number, growing
    std::uint64_t decode_time = 0;  // tfdt, in the track's timescale
    std::vector<Sample> samples;
    std::size_t payload = 0;  // offset of the first sample's byte from the start of the moof
};

/// moof + mdat around `payloads`, one per sample (`fragment.samples[i].size` bytes each). Sets
/// fragment.payload.
Bytes write_fragment(Fragment& fragment, std::span<const ByteView> payloads);

/// Reads what write_fragment wrote, from the start of a moof. `bytes` may end anywhere behind the moof.
Result<Fragment> read_fragment(ByteView bytes);

/// A run of samples that lie together in the body of a progressive file.
struct Chunk {
    std::uint64_t offset = 0;  // from the first byte of the body
    std::uint32_t samples = 0;
    std::uint32_t format = 0;  // index into MovieTrack::formats
};

struct MovieTrack {
    std::uint32_t timescale = 90'000;
    std::vector<codec::Format> formats;  // one sample description each
    /// Decode time of the first sample, in `timescale`. Only its distance from the other tracks' counts: the
    /// earliest presentation of all tracks becomes the movie's 0 (edit lists).
    std::uint64_t start = 0;
    std::vector<Sample> samples;
    std::vector<Chunk> chunks;
};

/// ftyp + moov + the header of an mdat of `body_size` bytes: written in front of the body, it makes a
/// progressive file ("fast start"). 64-bit offsets and sizes where 32 bits do not hold them.
Bytes movie_header(std::span<const MovieTrack> tracks, std::uint64_t body_size);

}  // namespace tally::container::mp4
