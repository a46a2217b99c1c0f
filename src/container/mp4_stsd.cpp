// Sample descriptions: how each codec's configuration stands in a file.
#include "container/mp4_box.hpp"

#include <limits>

namespace tally::container::mp4 {

namespace {

// ISO 14496-12 8.5.2.2, SampleEntry
void write_entry_start(ByteWriter& out) {
    out.zeros(6);
    out.u16(1);  // data_reference_index
}

// ISO 14496-12 12.1.3 and 14496-15 5.4.2
void write_avc1(ByteWriter& out, const codec::VideoFormat& format) {
    constexpr std::uint32_t dpi_72 = 0x0048'0000;
    box(out, "avc1", [&] {
        write_entry_start(out);
        out.zeros(16);
        out.u16(static_cast<std::uint16_t>(format.width));
        out.u16(static_cast<std::uint16_t>(format.height));
        out.u32(dpi_72);
        out.u32(dpi_72);
        out.u32(0);
        out.u16(1);     // frames per sample
        out.zeros(32);  // compressorname
        out.u16(0x18);  // depth: colour without alpha
        out.u16(0xffff);
        box(out, "avcC", [&] { out.bytes(format.configuration); });
    });
}

/// A descriptor of ISO 14496-1 8.3.3, its size in four bytes of seven bits, around what `body` writes.
template <class Body>
void descriptor(ByteWriter& out, std::uint8_t tag, Body body) {
    out.u8(tag);
    const auto size_at = out.size();
    out.u32(0);
    body();
    const auto size = static_cast<std::uint32_t>(out.size() - size_at - 4);
    const auto seven = [size](unsigned shift) { return size >> shift & 0x7f; };
    out.set_u32(size_at, 0x8080'8000 | seven(21) << 24 | seven(14) << 16 | seven(7) << 8 | seven(0));
}

// ISO 14496-14 5.6.1
void write_esds(ByteWriter& out, const codec::AudioFormat& format) {
    constexpr std::uint8_t es = 3;
    constexpr std::uint8_t decoder_config = 4;
    constexpr std::uint8_t decoder_specific = 5;
    constexpr std::uint8_t sync_layer = 6;
    full_box(out, "esds", 0, 0, [&] {
        descriptor(out, es, [&] {
            out.u16(0);  // ES_ID: 0 in a file
            out.u8(0);
            descriptor(out, decoder_config, [&] {
                out.u8(0x40);   // MPEG-4 audio
                out.u8(0x15);   // audio stream
                out.zeros(11);  // buffer size and bitrates: not told
                descriptor(out, decoder_specific, [&] { out.bytes(format.configuration); });
            });
            descriptor(out, sync_layer, [&] { out.u8(2); });  // as in MP4
        });
    });
}

// ISO 14496-12 12.2.3. The rate is 16.16: where it does not fit, the configuration alone tells.
void write_mp4a(ByteWriter& out, const codec::AudioFormat& format) {
    constexpr std::uint32_t highest = std::numeric_limits<std::uint16_t>::max();
    box(out, "mp4a", [&] {
        write_entry_start(out);
        out.zeros(8);
        out.u16(static_cast<std::uint16_t>(format.channels));
        out.u16(16);  // bits per sample
        out.u32(0);
        out.u32(format.sample_rate <= highest ? format.sample_rate << 16 : 0);
        write_esds(out, format);
    });
}

void write_entry(ByteWriter& out, const codec::VideoFormat& format) {
    write_avc1(out, format);
}

void write_entry(ByteWriter& out, const codec::AudioFormat& format) {
    write_mp4a(out, format);
}

}  // namespace

void write_stsd(ByteWriter& out, std::span<const codec::Format> formats) {
    full_box(out, "stsd", 0, 0, [&] {
        out.u32(static_cast<std::uint32_t>(formats.size()));
        for (const auto& format : formats)
            std::visit([&out](const auto& of) { write_entry(out, of); }, format);
    });
}

}  // namespace tally::container::mp4
