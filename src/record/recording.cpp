// Loads a recording's index, believing only what is whole.
#include "record/recording.hpp"

#include "base/id.hpp"
#include "record/index.hpp"

#include <set>

namespace tally::record {
namespace {

/// Shorter holes are rounding, not lost media.
constexpr auto gap_tolerance = std::chrono::duration_cast<media::Ticks>(Milliseconds(100));

/// Takes index entries in order; false at the first that has no whole media behind it. An error says nothing
/// of what is on disk: it must not pass for an end.
class Loader {
public:
    Loader(const std::filesystem::path& directory, std::vector<Rendition>& renditions)
        : directory_(directory),
          renditions_(renditions) {}

    Result<bool> take(const RenditionEntry& entry, std::uint64_t /*position*/) {
        if (!is_identifier(entry.name) || entry.timescale == 0) return false;
        auto file = File::open_read(media_path(directory_, entry.name));
        if (!file && file.error().code == Errc::not_found) return false;
        if (!file) return fail(Errc::io, std::move(file.error().context));
        TRY(const auto size, file->size());
        sizes_.push_back(size);
        renditions_.push_back(
            {.name = entry.name,
             .kind = entry.kind,
             .timescale = entry.timescale,
             .media = std::make_shared<const File>(*std::move(file))}
        );
        return true;
    }

    Result<bool> take(const InitEntry& entry, std::uint64_t /*position*/) {
        if (!whole(entry.rendition, entry.offset, entry.size)) return false;
        renditions_[entry.rendition].inits.push_back(
            {.number = entry.number, .offset = entry.offset, .size = entry.size, .format = entry.format}
        );
        return true;
    }

    Result<bool> take(const FragmentEntry& entry, std::uint64_t position) {
        if (!whole(entry.rendition, entry.offset, entry.size) || entry.payload > entry.size) return false;
        auto& rendition = renditions_[entry.rendition];
        if (rendition.init(entry.init) == nullptr) return false;
        auto& segments = rendition.segments;
        if (segments.empty() || segments.back().number != entry.segment) {
            segments.push_back(
                {.number = entry.segment,
                 .init = entry.init,
                 .independent = entry.independent,
                 .discontinuity = entry.discontinuity,
                 .decode_time = entry.decode_time,
                 .composition_offset = entry.composition_offset,
                 .captured = entry.captured,
                 .offset = entry.offset,
                 .index_position = position}
            );
        }
        auto& segment = segments.back();
        segment.duration = entry.decode_time + entry.duration - segment.decode_time;
        segment.samples += entry.sample_count;
        segment.size = entry.offset + entry.size - segment.offset;
        return true;
    }

private:
    bool whole(std::uint8_t rendition, std::uint64_t offset, std::uint32_t size) {
        if (rendition >= renditions_.size() || offset + size > sizes_[rendition]) return false;
        renditions_[rendition].media_end = offset + size;
        return true;
    }

    const std::filesystem::path& directory_;
    std::vector<Rendition>& renditions_;
    std::vector<std::uint64_t> sizes_;
};

}  // namespace

std::filesystem::path index_path(const std::filesystem::path& directory) {
    return directory / "index";
}

std::filesystem::path media_path(const std::filesystem::path& directory, std::string_view rendition) {
    return directory / fmt::format("{}.cmaf", rendition);
}

media::Ticks Rendition::time_of(std::uint64_t decode_time) const {
    const auto seconds = decode_time / timescale;
    const auto rest = decode_time % timescale;
    return media::Ticks(static_cast<std::int64_t>(
        seconds * media::Ticks::period::den + rest * media::Ticks::period::den / timescale
    ));
}

media::Ticks Rendition::duration() const {
    media::Ticks total{};
    for (const auto& segment : segments)
        total += duration_of(segment);
    return total;
}

std::uint64_t Rendition::bitrate() const {
    std::uint64_t bytes = 0;
    for (const auto& segment : segments)
        bytes += segment.size;
    const auto seconds = std::chrono::duration<double>(duration()).count();
    return seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(bytes) * 8 / seconds) : 0;
}

const Init* Rendition::init(std::uint64_t number) const {
    const auto found = std::ranges::find(inits, number, &Init::number);
    return found == inits.end() ? nullptr : &*found;
}

const Segment* Rendition::segment(std::uint64_t number) const {
    const auto found = std::ranges::lower_bound(segments, number, {}, &Segment::number);
    return found == segments.end() || found->number != number ? nullptr : &*found;
}

Result<std::shared_ptr<const Recording>> Recording::open(const std::filesystem::path& directory) {
    std::shared_ptr<Recording> recording(new Recording);
    if (auto done = recording->load(directory); !done) return std::unexpected(done.error());
    return recording;
}

Result<> Recording::load(const std::filesystem::path& directory) {
    TRY(auto index, File::open_read(index_path(directory)));
    index_ = std::make_unique<const File>(std::move(index));
    Loader loader(directory, renditions_);
    IndexReader reader(*index_, IndexReader::Detail::fragments);
    for (;;) {
        TRY(const auto entry, reader.next());
        if (!entry) break;
        const auto position = index_end_;
        const auto take = [&](const auto& value) { return loader.take(value, position); };
        TRY(const bool taken, std::visit(take, *entry));
        if (!taken) break;
        index_end_ = reader.position();
    }
    start_ = media::Ticks::max();
    for (const auto& rendition : renditions_) {
        if (rendition.segments.empty()) continue;
        start_ = std::min(start_, rendition.time_of(rendition.segments.front().decode_time));
        end_ = std::max(end_, rendition.time_of(rendition.segments.back().end()));
    }
    start_ = std::min(start_, end_);
    return {};
}

const Rendition* Recording::rendition(std::string_view name) const {
    const auto found = std::ranges::find(renditions_, name, &Rendition::name);
    return found == renditions_.end() ? nullptr : &*found;
}

const Rendition* Recording::primary(media::Kind kind) const {
    const auto matches = [kind](const Rendition& rendition) {
        return rendition.kind == kind && !rendition.segments.empty();
    };
    const auto found = std::ranges::find_if(renditions_, matches);
    return found == renditions_.end() ? nullptr : &*found;
}

unsigned Recording::target_duration() const {
    media::Ticks longest = std::chrono::seconds(1);
    for (const auto& rendition : renditions_)
        for (const auto& segment : rendition.segments)
            longest = std::max(longest, rendition.duration_of(segment));
    return static_cast<unsigned>(std::chrono::round<std::chrono::seconds>(longest).count());
}

std::vector<Gap> Recording::gaps() const {
    const auto* rendition = primary(media::Kind::video);
    if (rendition == nullptr) rendition = primary(media::Kind::audio);
    std::vector<Gap> gaps;
    if (rendition == nullptr) return gaps;
    for (std::size_t i = 1; i < rendition->segments.size(); ++i) {
        const auto from = rendition->time_of(rendition->segments[i - 1].end());
        const auto missing = rendition->time_of(rendition->segments[i].decode_time) - from;
        if (missing > gap_tolerance) gaps.push_back({.start = from - start_, .duration = missing});
    }
    return gaps;
}

std::size_t Recording::seams() const {
    std::set<std::uint64_t> numbers;  // all renditions have a seam at the same one
    for (const auto& rendition : renditions_)
        for (const auto& segment : rendition.segments)
            if (segment.discontinuity) numbers.insert(segment.number);
    return numbers.size();
}

std::size_t Recording::memory() const {
    std::size_t total = sizeof(Recording);
    for (const auto& rendition : renditions_)
        total += sizeof(Rendition) + rendition.segments.capacity() * sizeof(Segment);
    return total;
}

std::uint64_t Recording::size() const {
    std::uint64_t total = 0;
    for (const auto& rendition : renditions_)
        total += rendition.media_end;
    return total;
}

}  // namespace tally::record
