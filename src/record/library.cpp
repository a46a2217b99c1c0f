// Everything that touches the disk runs on the disk threads; what was opened is shared through two caches.
#include "record/library.hpp"

namespace tally::record {
namespace {

/// What an open file counts for beside its memory: descriptors run out before bytes do.
constexpr std::size_t descriptor_weight = 512 * 1024;
constexpr std::size_t files_of_movie = 2;

}  // namespace

Library::Library(std::filesystem::path root, WorkerPool& disk, const Clock& clock, Limits limits)
    : root_(std::move(root)),
      disk_(disk),
      clock_(clock),
      opened_(limits.recordings),
      movies_(limits.movies) {}

Task<Movie> Library::download(BroadcastId broadcast) {
    CO_TRY(const auto entry, co_await open(broadcast));
    if (!entry.recording->playable()) co_return fail(Errc::not_found, "recording: no media");
    co_return co_await cached_movie(broadcast.text(), entry.recording, whole(*entry.recording));
}

Task<Movie> Library::preview(BroadcastId broadcast, std::size_t number) {
    CO_TRY(const auto entry, co_await open(broadcast));
    const auto cuts = previews(*entry.recording);
    if (number >= cuts.size()) co_return fail(Errc::not_found, "recording: no such preview");
    auto key = fmt::format("{}/{}", broadcast.text(), number);
    co_return co_await cached_movie(std::move(key), entry.recording, cuts[number]);
}

void Library::forget(const BroadcastId& broadcast) {
    opened_.erase(broadcast.text());
}

Task<Library::Entry> Library::open(BroadcastId broadcast) {
    auto known = opened_.find(broadcast.text());
    if (known && is_fresh(*known)) co_return std::move(known->entry);
    co_return co_await disk_.run([this, broadcast = std::move(broadcast)] { return load(broadcast); });
}

/// On a disk thread. What is known stays when the index has not grown.
Result<Library::Entry> Library::load(const BroadcastId& broadcast) {
    const auto known = opened_.find(broadcast.text());
    if (known && is_fresh(*known)) return known->entry;  // loaded while this call was queued
    TRY(const auto index, File::open_read(index_path(directory(broadcast))));
    TRY(const auto index_size, index.size());
    Entry entry;
    if (known && known->index_size == index_size) {
        entry = known->entry;
    } else {
        TRY(entry.recording, Recording::open(directory(broadcast)));
        entry.presentation = std::make_shared<const Presentation>(present(*entry.recording));
    }
    const auto files = entry.recording->renditions().size() + 1;
    const auto weight = entry.recording->memory() + entry.presentation->memory() + files * descriptor_weight;
    opened_.put(
        broadcast.text(), {.entry = entry, .index_size = index_size, .checked = clock_.monotonic()}, weight
    );
    return entry;
}

Task<Movie> Library::cached_movie(std::string key, std::shared_ptr<const Recording> recording, Cut cut) {
    key += fmt::format("@{}", recording->index_end());
    if (auto known = movies_.find(key)) co_return *std::move(known);
    co_return co_await disk_.run([this, key = std::move(key), recording, cut]() -> Result<Movie> {
        if (auto known = movies_.find(key)) return *std::move(known);
        TRY(auto made, movie(*recording, cut));
        movies_.put(key, made, made.memory + files_of_movie * descriptor_weight);
        return made;
    });
}

}  // namespace tally::record
