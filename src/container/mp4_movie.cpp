// The header of a progressive file: ftyp, moov and the start of the mdat.
//
// Where a track lies on the movie's timeline. MovieTrack::start is the decode time of its first sample, and a
// sample is presented at start + (its decode time - the first's) + its composition offset, as in the
// fragments it was sent in. Here the earliest sample of all tracks is presented at 0; a track that comes
// later begins with an empty edit; and media_time skips the composition time in front of a track's first
// picture, so B-frames shift nothing (ISO 14496-12 8.6.6). Negative composition times would lie outside of
// any edit: they are lifted to 0, for all samples of the track alike.
#include "container/mp4_box.hpp"
#include "container/mp4_tables.hpp"

#include <algorithm>
#include <limits>

namespace tally::container::mp4 {

namespace {

constexpr std::uint32_t movie_timescale = 90'000;
constexpr std::uint64_t max_32 = std::numeric_limits<std::uint32_t>::max();

/// Times of a track's samples, counted from the decode time of the first, in its own timescale.
struct Span {
    std::int64_t duration = 0;  // of all samples
    std::int64_t first = 0;     // presentation starts
    std::int64_t end = 0;       // presentation ends
};

Span span_of(const std::vector<Sample>& samples) {
    Span span;
    if (!samples.empty()) span.first = samples.front().composition_offset;
    for (const auto& sample : samples) {
        const auto presented = span.duration + sample.composition_offset;
        span.first = std::min(span.first, presented);
        span.end = std::max(span.end, presented + sample.duration);
        span.duration += sample.duration;
    }
    return span;
}

std::int64_t to_movie(std::int64_t time, std::uint32_t timescale) {
    return (time * movie_timescale + timescale / 2) / timescale;
}

/// How a track is laid on the movie's timeline. Times of the movie in its timescale.
struct Placement {
    std::int64_t duration = 0;    // of the media, in the track's timescale
    std::int64_t media_time = 0;  // composition time of the first picture, in the track's timescale
    std::int64_t lift = 0;        // added to every composition offset
    std::int64_t starts = 0;      // in the movie
    std::int64_t presented = 0;   // for so long
};

std::vector<Placement> place(std::span<const MovieTrack> tracks) {
    std::vector<Placement> placements;
    auto earliest = std::numeric_limits<std::int64_t>::max();
    for (const auto& track : tracks) {
        const auto span = span_of(track.samples);
        const auto lift = std::max<std::int64_t>(0, -span.first);
        const auto starts = to_movie(static_cast<std::int64_t>(track.start) + span.first, track.timescale);
        placements.push_back({
            .duration = span.duration,
            .media_time = span.first + lift,
            .lift = lift,
            .starts = starts,
            .presented = to_movie(span.end - span.first, track.timescale),
        });
        earliest = std::min(earliest, starts);
    }
    for (auto& placement : placements)
        placement.starts -= earliest;
    return placements;
}

void write_edits(ByteWriter& out, const Placement& placement) {
    if (placement.starts == 0 && placement.media_time == 0) return;
    const auto edit = [&out](std::int64_t duration, std::int64_t media_time) {
        out.u64(static_cast<std::uint64_t>(duration));
        out.u64(static_cast<std::uint64_t>(media_time));
        out.u32(0x0001'0000);  // media_rate 1
    };
    box(out, "edts", [&] {
        full_box(out, "elst", 1, 0, [&] {
            constexpr std::int64_t empty_edit = -1;
            out.u32(placement.starts > 0 ? 2 : 1);
            if (placement.starts > 0) edit(placement.starts, empty_edit);
            edit(placement.presented, placement.media_time);
        });
    });
}

void write_trak(
    ByteWriter& out,
    std::uint32_t id,
    const MovieTrack& track,
    const Placement& placement,
    const ChunkOffsets& offsets
) {
    const auto& format = track.formats.front();
    const auto duration = static_cast<std::uint64_t>(placement.starts + placement.presented);
    box(out, "trak", [&] {
        write_tkhd(out, id, duration, format);
        write_edits(out, placement);
        box(out, "mdia", [&] {
            write_mdhd(out, track.timescale, static_cast<std::uint64_t>(placement.duration));
            write_hdlr(out, format);
            box(out, "minf", [&] {
                write_media_information(out, format);
                box(out, "stbl", [&] {
                    write_stsd(out, track.formats);
                    write_sample_tables(out, track, placement.lift, offsets);
                });
            });
        });
    });
}

struct Movie {
    std::span<const MovieTrack> tracks;
    std::vector<Placement> placements;
    std::uint64_t body_size = 0;
};

void write_moov(ByteWriter& out, const Movie& movie, const ChunkOffsets& offsets) {
    std::int64_t duration = 0;
    for (const auto& placement : movie.placements)
        duration = std::max(duration, placement.starts + placement.presented);
    box(out, "moov", [&] {
        const auto next_track = static_cast<std::uint32_t>(movie.tracks.size() + 1);
        write_mvhd(out, movie_timescale, static_cast<std::uint64_t>(duration), next_track);
        for (std::size_t i = 0; i < movie.tracks.size(); ++i)
            write_trak(out, static_cast<std::uint32_t>(i + 1), movie.tracks[i], movie.placements[i], offsets);
    });
}

Bytes file_header(const Movie& movie, const ChunkOffsets& offsets) {
    constexpr std::uint64_t small_header = 8;
    constexpr std::uint64_t large_header = 16;
    const bool large = movie.body_size > max_32 - small_header;
    ByteWriter out;
    write_ftyp(out, {"mp42", "isom", "iso6", "avc1"});
    write_moov(out, movie, offsets);
    out.u32(large ? 1 : static_cast<std::uint32_t>(small_header + movie.body_size));
    out.text("mdat");
    if (large) out.u64(large_header + movie.body_size);
    return out.take();
}

}  // namespace

// The header's size does not depend on where the body starts, which does on the header's size: made once to
// measure, once for good.
Bytes movie_header(std::span<const MovieTrack> tracks, std::uint64_t body_size) {
    const Movie movie{.tracks = tracks, .placements = place(tracks), .body_size = body_size};
    ChunkOffsets offsets;
    offsets.body = file_header(movie, offsets).size();
    if (offsets.body + body_size > max_32) {
        offsets.wide = true;
        offsets.body = file_header(movie, offsets).size();
    }
    return file_header(movie, offsets);
}

}  // namespace tally::container::mp4
