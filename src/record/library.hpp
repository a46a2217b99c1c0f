// The recordings on disk, opened when somebody asks, and kept open within a bound of memory.
#pragma once

#include "base/id.hpp"
#include "base/lru.hpp"
#include "base/worker_pool.hpp"
#include "record/movie.hpp"
#include "record/presentation.hpp"
#include "record/recording.hpp"

#include <filesystem>
#include <memory>

namespace tally::record {

/// Safe on any thread; what it gives is immutable and outlives its place in the cache. Every call may give
/// Errc::not_found (nothing recorded), Errc::io, or Errc::too_large (the disk's queue is full).
class Library {
public:
    struct Limits {
        std::size_t recordings = 128 * 1024 * 1024;  // bytes of segment lists and playlists
        std::size_t movies = 256 * 1024 * 1024;      // bytes of MP4 headers
    };

    Library(std::filesystem::path root, WorkerPool& disk, const Clock& clock)
        : Library(std::move(root), disk, clock, Limits{}) {}

    Library(std::filesystem::path root, WorkerPool& disk, const Clock& clock, Limits limits);

    /// Where a recorder keeps the broadcast.
    std::filesystem::path directory(const BroadcastId& broadcast) const { return root_ / broadcast.text(); }

    struct Entry {
        std::shared_ptr<const Recording> recording;
        std::shared_ptr<const Presentation> presentation;
    };

    /// At most a second old while the recording goes on.
    Task<Entry> open(BroadcastId broadcast);
    Task<Movie> download(BroadcastId broadcast);
    /// `number` from 0, in the order of previews().
    Task<Movie> preview(BroadcastId broadcast, std::size_t number);

    /// The next call reads the disk anew: after a recorder has finished.
    void forget(const BroadcastId& broadcast);

private:
    static constexpr Milliseconds trusted_for{1000};

    struct Opened {
        Entry entry;
        std::uint64_t index_size = 0;  // when it was opened
        Instant checked;
    };

    bool is_fresh(const Opened& known) const { return clock_.monotonic() - known.checked < trusted_for; }

    Result<Entry> load(const BroadcastId& broadcast);
    Task<Movie> cached_movie(std::string key, std::shared_ptr<const Recording> recording, Cut cut);

    std::filesystem::path root_;
    WorkerPool& disk_;
    const Clock& clock_;
    Lru<Opened> opened_;
    Lru<Movie> movies_;
};

}  // namespace tally::record
