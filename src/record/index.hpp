// The index of a recording: one checksummed record per rendition, init segment and fragment, appended after
// the media bytes that it describes.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "media/frame.hpp"
#include "package/output.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tally::record {

/// A new rendition; numbered from 0 in the order of these entries.
struct RenditionEntry {
    std::string name{};
    media::Kind kind = media::Kind::video;
    std::uint32_t timescale = 0;
};

struct InitEntry {
    std::uint8_t rendition = 0;
    std::uint32_t number = 0;
    std::uint64_t offset = 0;  // in the rendition's file
    std::uint32_t size = 0;
    media::FormatPtr format{};
};

/// As package::Fragment, but where the bytes lie in place of the bytes.
struct FragmentEntry {
    std::uint8_t rendition = 0;
    bool independent = false;
    bool discontinuity = false;
    std::uint32_t part = 0;
    std::uint32_t init = 0;
    std::uint64_t segment = 0;
    std::uint64_t decode_time = 0;  // in the rendition's timescale
    std::uint64_t duration = 0;     // in the rendition's timescale
    Time captured{};
    std::uint64_t offset = 0;             // in the rendition's file
    std::uint32_t size = 0;               // moof + mdat
    std::uint32_t payload = 0;            // of the first sample's byte, from `offset`
    std::int32_t composition_offset = 0;  // of the first sample
    std::uint32_t sample_count = 0;
    std::vector<package::Sample> samples{};  // empty when they were left out of reading
};

using Entry = std::variant<RenditionEntry, InitEntry, FragmentEntry>;

/// The record as it is appended: length, CRC-32, payload.
Bytes encode(const Entry& entry);

/// Reads an index front to back in bounded memory.
class IndexReader {
public:
    /// What of a fragment's entry is wanted: opening a recording leaves its samples out.
    enum class Detail : std::uint8_t { fragments, samples };

    IndexReader(const File& file, Detail detail, std::uint64_t from = 0)
        : file_(file),
          detail_(detail),
          position_(from) {}

    /// The next entry; empty at the end, which is also where the first torn or foreign record stands.
    Result<std::optional<Entry>> next();

    /// Behind the last entry given.
    std::uint64_t position() const { return position_; }

private:
    Result<ByteView> peek(std::size_t size);

    const File& file_;
    Detail detail_;
    std::uint64_t position_;
    Bytes buffer_;
    std::uint64_t buffered_from_ = 0;
};

}  // namespace tally::record
