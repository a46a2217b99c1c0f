// Queues fragments for the disk thread within a bound of bytes.
#include "record/recorder.hpp"

#include "base/log.hpp"

namespace tally::record {
namespace {

/// What the first complete segment has fixed for the live playlists; 0 when there was none.
unsigned fixed_target_duration(const Recording& recording) {
    const auto complete = [](const Rendition& rendition) { return rendition.segments.size() > 1; };
    if (std::ranges::none_of(recording.renditions(), complete)) return 0;
    const auto* leader = recording.primary(media::Kind::video);
    if (leader == nullptr) leader = recording.primary(media::Kind::audio);
    const auto first = leader->duration_of(leader->segments.front());
    return std::max(package::Segmenter::target_duration_of(first), recording.target_duration());
}

}  // namespace

package::Resume resume_of(const Recording& recording) {
    package::Resume resume{
        .tracks = {},
        .target_duration = fixed_target_duration(recording),
        .seams = recording.seams(),
    };
    for (const auto kind : {media::Kind::video, media::Kind::audio}) {
        const auto* rendition = recording.primary(kind);
        if (rendition == nullptr) continue;
        const auto& last = rendition->segments.back();
        resume.tracks[kind] = {
            .name = rendition->name,
            .timescale = rendition->timescale,
            .next_init = rendition->inits.back().number + 1,
            .next_segment = last.number + 1,
            .next_decode_time = last.end()
        };
    }
    return resume;
}

Task<Recorder::Opened> Recorder::open(WorkerPool& disk, std::filesystem::path directory, Limits limits) {
    auto prepare = [&disk, limits, directory = std::move(directory)]() -> Result<Opened> {
        TRY(auto writer, Writer::open(directory));
        TRY(const auto recording, Recording::open(directory));
        return Opened{
            .recorder = std::shared_ptr<Recorder>(new Recorder(disk, limits, std::move(writer))),
            .resume = resume_of(*recording),
            .resume_at = recording->end()
        };
    };
    co_return co_await disk.run(std::move(prepare));
}

void Recorder::on_init(const package::Rendition& rendition, const package::Init& init) {
    tracks_[rendition.name].init = std::make_shared<const package::Init>(init);
}

void Recorder::on_fragment(const package::Rendition& rendition, const package::Fragment& fragment) {
    auto& track = tracks_[rendition.name];
    const auto ordinal = track.fragments++;
    const auto size = fragment.bytes->size();
    if (queue_->bytes + size > limits_.bytes)
        return queue_->lose(rendition.name, "the disk does not keep up");

    auto job = [queue = queue_,
                append = Append{
                    .rendition = rendition.name,
                    .kind = rendition.kind,
                    .timescale = rendition.timescale,
                    .init = track.init,
                    .fragment = fragment,
                    .ordinal = ordinal
                }] { queue->write(append); };
    queue_->bytes += size;
    if (disk_.post(std::move(job))) return;
    queue_->bytes -= size;
    queue_->lose(rendition.name, "the disk queue is full");
}

Task<> Recorder::finish() {
    // Behind all that was queued: one thread takes it in order.
    auto written = co_await disk_.run([] { return Result<>(); });
    // Against power loss alone, as the store does it: nobody waits for that.
    disk_.post([queue = queue_] {
        if (const auto synced = queue->writer.sync(); !synced)
            log::error("recording is not on disk yet", {{"error", synced.error().context}});
    });
    co_return written;
}

void Recorder::Queue::write(const Append& append) {
    const auto written = writer.append(append);
    bytes -= append.fragment.bytes->size();
    if (!written) return lose(append.rendition, written.error().context);
    if (!*written) return lose(append.rendition, "waiting for the next segment");
    recover(append.rendition);
}

void Recorder::Queue::lose(const std::string& rendition, std::string_view reason) {
    ++lost;
    const bool first = [&] {
        const std::scoped_lock lock(mutex);
        return losing.insert(rendition).second;
    }();
    if (first) log::error("recording loses media", {{"rendition", rendition}, {"reason", reason}});
}

void Recorder::Queue::recover(const std::string& rendition) {
    const bool was_losing = [&] {
        const std::scoped_lock lock(mutex);
        return losing.erase(rendition) > 0;
    }();
    if (was_losing) log::info("recording goes on", {{"rendition", rendition}});
}

bool Recorder::Queue::failing() const {
    const std::scoped_lock lock(mutex);
    return !losing.empty();
}

}  // namespace tally::record
