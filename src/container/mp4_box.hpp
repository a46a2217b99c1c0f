// Boxes and the parts of a moov that live and progressive files share.
#pragma once

#include "base/bytes.hpp"
#include "codec/format.hpp"
#include "container/mp4.hpp"

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace tally::container::mp4 {

/// A box of `type` around what `body` writes (ISO 14496-12 4.2).
template <class Body>
void box(ByteWriter& out, std::string_view type, Body body) {
    const auto start = out.size();
    out.u32(0);
    out.text(type);
    body();
    out.set_u32(start, static_cast<std::uint32_t>(out.size() - start));
}

template <class Body>
void full_box(ByteWriter& out, std::string_view type, std::uint8_t version, std::uint32_t flags, Body body) {
    box(out, type, [&] {
        out.u8(version);
        out.u24(flags);
        body();
    });
}

void write_ftyp(ByteWriter& out, std::initializer_list<std::string_view> brands);

/// `duration` in `timescale`; 0 when only fragments tell.
void write_mvhd(ByteWriter& out, std::uint32_t timescale, std::uint64_t duration, std::uint32_t next_track);

/// `duration` in the movie's timescale.
void write_tkhd(ByteWriter& out, std::uint32_t track, std::uint64_t duration, const codec::Format& format);

void write_mdhd(ByteWriter& out, std::uint32_t timescale, std::uint64_t duration);
void write_hdlr(ByteWriter& out, const codec::Format& format);
/// The media header and data information boxes of minf: the samples are in this file.
void write_media_information(ByteWriter& out, const codec::Format& format);

/// The sample description: one entry per format.
void write_stsd(ByteWriter& out, std::span<const codec::Format> formats);

}  // namespace tally::container::mp4
