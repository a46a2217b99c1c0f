// Every write goes to a position that moves only when the write succeeded: a failed one is simply
// overwritten.
#include "record/writer.hpp"

#include "record/index.hpp"

namespace tally::record {
namespace {

constexpr std::size_t most_renditions = 32;

}  // namespace

Result<Writer> Writer::open(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error)
        return fail(Errc::io, fmt::format("create directory {}: {}", directory.string(), error.message()));

    const auto recording = Recording::open(directory);
    if (!recording && recording.error().code != Errc::not_found) return std::unexpected(recording.error());
    TRY(auto index, File::open_write(index_path(directory)));
    const auto index_end = recording ? (*recording)->index_end() : 0;
    if (auto done = index.truncate(index_end); !done) return std::unexpected(done.error());
    Writer writer(directory, std::move(index), index_end);
    if (!recording) return writer;
    for (const auto& rendition : (*recording)->renditions())
        if (auto adopted = writer.adopt(rendition); !adopted) return std::unexpected(adopted.error());
    return writer;
}

Result<> Writer::adopt(const Rendition& rendition) {
    TRY(auto media, File::open_write(media_path(directory_, rendition.name)));
    if (auto done = media.truncate(rendition.media_end); !done) return std::unexpected(done.error());
    Track track{.name = rendition.name, .media = std::move(media), .end = rendition.media_end};
    if (!rendition.inits.empty()) track.init = rendition.inits.back().number;
    tracks_.push_back(std::move(track));
    return {};
}

Result<bool> Writer::append(const Append& append) {
    const auto& fragment = append.fragment;
    TRY(const auto number, track_of(append));
    auto& track = tracks_[number];
    const bool follows = track.last_ordinal && append.ordinal == *track.last_ordinal + 1;
    if (!follows && !(fragment.part == 0 && fragment.independent)) return false;
    if (track.init != append.init->number)
        if (auto written = write_init(number, *append.init); !written)
            return std::unexpected(written.error());

    if (auto done = track.media.write(track.end, *fragment.bytes); !done)
        return std::unexpected(done.error());
    const FragmentEntry entry{
        .rendition = static_cast<std::uint8_t>(number),
        .independent = fragment.independent,
        .discontinuity = fragment.discontinuity,
        .part = fragment.part,
        .init = fragment.init,
        .segment = fragment.segment,
        .decode_time = fragment.decode_time,
        .duration = fragment.duration,
        .captured = fragment.captured,
        .offset = track.end,
        .size = static_cast<std::uint32_t>(fragment.bytes->size()),
        .payload = fragment.mdat_payload,
        .composition_offset = fragment.samples.empty() ? 0 : fragment.samples.front().composition_offset,
        .sample_count = static_cast<std::uint32_t>(fragment.samples.size()),
        .samples = fragment.samples
    };
    if (auto done = write_index(encode(entry)); !done) return std::unexpected(done.error());
    track.end += fragment.bytes->size();
    track.last_ordinal = append.ordinal;
    return true;
}

Result<std::size_t> Writer::track_of(const Append& append) {
    const auto found = std::ranges::find(tracks_, append.rendition, &Track::name);
    if (found != tracks_.end()) return static_cast<std::size_t>(found - tracks_.begin());
    if (tracks_.size() == most_renditions) return fail(Errc::too_large, "recording: too many renditions");
    TRY(auto media, File::open_write(media_path(directory_, append.rendition)));
    const RenditionEntry entry{.name = append.rendition, .kind = append.kind, .timescale = append.timescale};
    if (auto done = write_index(encode(entry)); !done) return std::unexpected(done.error());
    tracks_.push_back({.name = append.rendition, .media = std::move(media)});
    return tracks_.size() - 1;
}

Result<> Writer::write_init(std::size_t number, const package::Init& init) {
    auto& track = tracks_[number];
    if (auto done = track.media.write(track.end, *init.bytes); !done) return std::unexpected(done.error());
    const InitEntry entry{
        .rendition = static_cast<std::uint8_t>(number),
        .number = init.number,
        .offset = track.end,
        .size = static_cast<std::uint32_t>(init.bytes->size()),
        .format = init.format
    };
    if (auto done = write_index(encode(entry)); !done) return std::unexpected(done.error());
    track.end += init.bytes->size();
    track.init = init.number;
    return {};
}

Result<> Writer::write_index(ByteView record) {
    if (auto done = index_.write(index_end_, record); !done) return std::unexpected(done.error());
    index_end_ += record.size();
    return {};
}

Result<> Writer::sync() const {
    for (const auto& track : tracks_)
        if (auto synced = track.media.sync(); !synced) return synced;
    return index_.sync();
}

}  // namespace tally::record
