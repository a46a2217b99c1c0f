// Reads the sample tables of a cut from the index and lays the samples out in the order they were made.
#include "record/movie.hpp"

#include "container/mp4.hpp"
#include "record/index.hpp"
#include "record/piece_source.hpp"

#include <boost/crc.hpp>

#include <deque>
#include <limits>
#include <ranges>

namespace tally::record {
namespace {

namespace mp4 = container::mp4;
using std::chrono::seconds;

constexpr media::Ticks preview_length = seconds(10);

/// One track of the movie as it grows sample by sample.
class TrackBuilder {
public:
    TrackBuilder(const Rendition& rendition, Cut cut) : rendition_(&rendition), cut_(cut) {
        if (rendition.kind == media::Kind::audio) {
            cut_.from += cut.audio_later;
            cut_.to += cut.audio_later;
        }
        movie_.timescale = rendition.timescale;
    }

    /// Adds the fragment's samples inside the cut as one chunk at `body_offset`: the bytes they lie in, if
    /// any.
    std::optional<Piece> add(const FragmentEntry& fragment, std::uint64_t body_offset) {
        complete_ = rendition_->time_of(fragment.decode_time) >= cut_.to;
        Piece piece{.file = rendition_->media, .offset = fragment.offset + fragment.payload};
        std::uint32_t count = 0;
        auto decode_time = fragment.decode_time;
        for (const auto& sample : fragment.samples) {
            const auto time = rendition_->time_of(decode_time);
            if (time >= cut_.from && time < cut_.to) {
                append(sample, decode_time);
                piece.size += sample.size;
                ++count;
            } else if (count == 0) {
                piece.offset += sample.size;
            }
            decode_time += sample.duration;
        }
        if (count == 0) return std::nullopt;
        movie_.chunks.push_back({.offset = body_offset, .samples = count, .format = format_of(fragment.init)}
        );
        return piece;
    }

    /// No later fragment lies inside the cut.
    bool complete() const { return complete_; }

    bool empty() const { return movie_.samples.empty(); }

    media::Ticks first() const { return rendition_->time_of(first_decode_time_); }

    mp4::MovieTrack finish(media::Ticks origin) && {
        movie_.start = static_cast<std::uint64_t>((first() - origin).count()) * rendition_->timescale /
                       media::Ticks::period::den;
        return std::move(movie_);
    }

private:
    /// A sample lasts until the next one: where media is missing, the last picture before it stays.
    void append(const mp4::Sample& sample, std::uint64_t decode_time) {
        if (movie_.samples.empty())
            first_decode_time_ = decode_time;
        else if (decode_time > last_decode_time_)
            movie_.samples.back().duration = static_cast<std::uint32_t>(std::min<std::uint64_t>(
                decode_time - last_decode_time_, std::numeric_limits<std::uint32_t>::max()
            ));
        last_decode_time_ = decode_time;
        movie_.samples.push_back(sample);
    }

    std::uint32_t format_of(std::uint32_t init_number) {
        const auto* init = rendition_->init(init_number);
        const auto found = std::ranges::find(inits_, init);
        if (found != inits_.end()) return static_cast<std::uint32_t>(found - inits_.begin());
        inits_.push_back(init);
        movie_.formats.push_back(*init->format);
        return static_cast<std::uint32_t>(inits_.size() - 1);
    }

    const Rendition* rendition_;
    Cut cut_;
    mp4::MovieTrack movie_;
    std::vector<const Init*> inits_;  // those of movie_.formats
    std::uint64_t first_decode_time_ = 0;
    std::uint64_t last_decode_time_ = 0;
    bool complete_ = false;
};

/// The segment that plays at `time`; the first when it is before all.
const Segment& segment_at(const Rendition& rendition, media::Ticks time) {
    const auto start = [&](const Segment& segment) { return rendition.time_of(segment.decode_time); };
    const auto behind = std::ranges::upper_bound(rendition.segments, time, {}, start);
    return behind == rendition.segments.begin() ? rendition.segments.front() : *std::prev(behind);
}

/// Where a stretch may begin or end: at keyframes, and at the recording's end.
struct CutPoint {
    media::Ticks time{};
    media::Ticks presented_later{};
};

std::vector<CutPoint> cut_points(const Recording& recording, const Rendition& rendition) {
    std::vector<CutPoint> points;
    for (const auto& segment : rendition.segments) {
        if (!segment.independent) continue;
        const auto later = std::max(segment.composition_offset, 0);
        points.push_back(
            {.time = rendition.time_of(segment.decode_time),
             .presented_later = rendition.time_of(static_cast<std::uint64_t>(later))}
        );
    }
    if (points.empty()) points.push_back({.time = recording.start()});
    points.push_back({.time = recording.end()});
    return points;
}

/// From the last point before `wanted` to the point nearest to the preview's length.
Cut preview_at(std::span<const CutPoint> points, media::Ticks wanted) {
    const auto behind =
        std::ranges::upper_bound(points.first(points.size() - 1), wanted, {}, &CutPoint::time);
    const auto& from = behind == points.begin() ? *behind : *std::prev(behind);
    const auto distance = [&](const CutPoint& point) {
        return std::chrono::abs(point.time - from.time - preview_length);
    };
    const auto later = points.subspan(static_cast<std::size_t>(&from - points.data()) + 1);
    const auto& to = *std::ranges::min_element(later, {}, distance);
    return {.from = from.time, .to = to.time, .audio_later = from.presented_later};
}

struct Body {
    std::vector<Piece> pieces;
    std::uint64_t size = 0;
};

/// The samples of all tracks in the order they were made, from the index record at `index_from` on.
Result<Body> lay_out(
    const Recording& recording, std::uint64_t index_from, std::span<TrackBuilder* const> builder_of
) {
    const auto complete = [](const TrackBuilder* builder) {
        return builder == nullptr || builder->complete();
    };
    Body body;
    IndexReader reader(recording.index(), IndexReader::Detail::samples, index_from);
    while (reader.position() < recording.index_end() && !std::ranges::all_of(builder_of, complete)) {
        TRY(const auto entry, reader.next());
        if (!entry) return fail(Errc::io, "recording: the index has changed under its reader");
        const auto* fragment = std::get_if<FragmentEntry>(&*entry);
        if (fragment == nullptr || builder_of[fragment->rendition] == nullptr) continue;
        auto piece = builder_of[fragment->rendition]->add(*fragment, body.size);
        if (!piece) continue;
        body.size += piece->size;
        body.pieces.push_back(*std::move(piece));
    }
    return body;
}

/// The header names every sample's size and place, so it tells two movies apart.
Movie assemble(Bytes header, std::vector<Piece> pieces) {
    boost::crc_32_type crc;
    crc.process_bytes(header.data(), header.size());
    const auto source = std::make_shared<const PieceSource>(std::move(header), std::move(pieces));
    return {
        .source = source,
        .etag = fmt::format("\"{:08x}-{:x}\"", crc.checksum(), source->size()),
        .memory = source->memory()
    };
}

}  // namespace

std::vector<Cut> previews(const Recording& recording) {
    const auto* rendition = recording.primary(media::Kind::video);
    if (rendition == nullptr) rendition = recording.primary(media::Kind::audio);
    std::vector<Cut> cuts;
    if (rendition == nullptr || !recording.playable()) return cuts;
    const auto points = cut_points(recording, *rendition);
    for (const auto percent : {10, 50, 80})
        cuts.push_back(preview_at(points, recording.start() + recording.duration() * percent / 100));
    return cuts;
}

Result<Movie> movie(const Recording& recording, Cut cut) {
    std::deque<TrackBuilder> builders;
    std::vector<TrackBuilder*> builder_of(recording.renditions().size());  // null: not in the movie
    auto index_from = recording.index_end();
    for (const auto kind : {media::Kind::video, media::Kind::audio}) {
        const auto* rendition = recording.primary(kind);
        if (rendition == nullptr) continue;
        const auto number = static_cast<std::size_t>(rendition - recording.renditions().data());
        builder_of[number] = &builders.emplace_back(*rendition, cut);
        index_from = std::min(index_from, segment_at(*rendition, cut.from).index_position);
    }
    TRY(auto body, lay_out(recording, index_from, builder_of));

    std::erase_if(builders, [](const TrackBuilder& builder) { return builder.empty(); });
    if (builders.empty()) return fail(Errc::not_found, "recording: no media in the cut");
    const auto origin = std::ranges::min(builders | std::views::transform(&TrackBuilder::first));
    std::vector<mp4::MovieTrack> tracks;
    tracks.reserve(builders.size());
    for (auto& builder : builders)
        tracks.push_back(std::move(builder).finish(origin));
    return assemble(mp4::movie_header(tracks, body.size), std::move(body.pieces));
}

}  // namespace tally::record
