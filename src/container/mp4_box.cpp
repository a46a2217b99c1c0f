#include "container/mp4_box.hpp"

namespace tally::container::mp4 {

namespace {

constexpr std::uint32_t fixed_one = 0x0001'0000;  // 1.0 in 16.16

// The unity matrix, ISO 14496-12 6.2.2
void write_matrix(ByteWriter& out) {
    for (const auto value : {fixed_one, 0U, 0U, 0U, fixed_one, 0U, 0U, 0U, 0x4000'0000U})
        out.u32(value);
}

void write_times(ByteWriter& out) {
    out.u64(0);  // creation_time: not told
    out.u64(0);  // modification_time
}

}  // namespace

void write_ftyp(ByteWriter& out, std::initializer_list<std::string_view> brands) {
    box(out, "ftyp", [&] {
        out.text(*brands.begin());
        out.u32(0);  // minor_version
        for (const auto brand : brands)
            out.text(brand);
    });
}

void write_mvhd(ByteWriter& out, std::uint32_t timescale, std::uint64_t duration, std::uint32_t next_track) {
    full_box(out, "mvhd", 1, 0, [&] {
        write_times(out);
        out.u32(timescale);
        out.u64(duration);
        out.u32(fixed_one);  // rate
        out.u16(0x0100);     // volume
        out.zeros(10);
        write_matrix(out);
        out.zeros(24);
        out.u32(next_track);
    });
}

void write_tkhd(ByteWriter& out, std::uint32_t track, std::uint64_t duration, const codec::Format& format) {
    constexpr std::uint32_t enabled_in_movie_and_preview = 7;
    const auto* video = std::get_if<codec::VideoFormat>(&format);
    full_box(out, "tkhd", 1, enabled_in_movie_and_preview, [&] {
        write_times(out);
        out.u32(track);
        out.u32(0);
        out.u64(duration);
        out.zeros(8);
        out.u16(0);                              // layer
        out.u16(0);                              // alternate_group
        out.u16(video != nullptr ? 0 : 0x0100);  // volume
        out.u16(0);
        write_matrix(out);
        out.u32(video != nullptr ? video->width << 16 : 0);
        out.u32(video != nullptr ? video->height << 16 : 0);
    });
}

void write_mdhd(ByteWriter& out, std::uint32_t timescale, std::uint64_t duration) {
    constexpr std::uint16_t undetermined = 0x55c4;  // "und"
    full_box(out, "mdhd", 1, 0, [&] {
        write_times(out);
        out.u32(timescale);
        out.u64(duration);
        out.u16(undetermined);
        out.u16(0);
    });
}

void write_hdlr(ByteWriter& out, const codec::Format& format) {
    const bool video = std::holds_alternative<codec::VideoFormat>(format);
    full_box(out, "hdlr", 0, 0, [&] {
        out.u32(0);
        out.text(video ? "vide" : "soun");
        out.zeros(12);
        out.text(video ? "video" : "audio");
        out.u8(0);
    });
}

void write_media_information(ByteWriter& out, const codec::Format& format) {
    if (std::holds_alternative<codec::VideoFormat>(format))
        full_box(out, "vmhd", 0, 1, [&] { out.zeros(8); });
    else
        full_box(out, "smhd", 0, 0, [&] { out.zeros(4); });
    box(out, "dinf", [&] {
        full_box(out, "dref", 0, 0, [&] {
            constexpr std::uint32_t same_file = 1;
            out.u32(1);
            full_box(out, "url ", 0, same_file, [] {});
        });
    });
}

}  // namespace tally::container::mp4
