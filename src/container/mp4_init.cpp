// The CMAF header (ISO 23000-19 7.3.1): what a track's fragments decode with.
#include "container/mp4_box.hpp"

namespace tally::container::mp4 {

namespace {

/// The tables are there and empty: the samples are in the fragments.
void write_empty_tables(ByteWriter& out) {
    full_box(out, "stts", 0, 0, [&] { out.u32(0); });
    full_box(out, "stsc", 0, 0, [&] { out.u32(0); });
    full_box(out, "stsz", 0, 0, [&] { out.zeros(8); });
    full_box(out, "stco", 0, 0, [&] { out.u32(0); });
}

void write_trak(ByteWriter& out, const Track& track) {
    box(out, "trak", [&] {
        write_tkhd(out, track.id, 0, track.format);
        box(out, "mdia", [&] {
            write_mdhd(out, track.timescale, 0);
            write_hdlr(out, track.format);
            box(out, "minf", [&] {
                write_media_information(out, track.format);
                box(out, "stbl", [&] {
                    write_stsd(out, std::span(&track.format, 1));
                    write_empty_tables(out);
                });
            });
        });
    });
}

}  // namespace

Bytes init_segment(const Track& track) {
    ByteWriter out;
    // cmf2: composition offsets are signed and there is no edit list (ISO 23000-19 7.7).
    write_ftyp(out, {"iso6", "cmfc", "cmf2"});
    box(out, "moov", [&] {
        write_mvhd(out, track.timescale, 0, track.id + 1);
        write_trak(out, track);
        box(out, "mvex", [&] {
            full_box(out, "trex", 0, 0, [&] {
                out.u32(track.id);
                out.u32(1);     // sample description
                out.zeros(12);  // defaults: every fragment brings its own
            });
        });
    });
    return out.take();
}

}  // namespace tally::container::mp4
