// What was acknowledged is here until it is in the store: an append-only journal in files of bounded size.
//
// An append returns once its bytes are with the operating system: they survive the end of the process,
// however it comes. Once a second they are synced to the disk: a loss of power costs at most that second.
#pragma once

#include "analytics/journal/journal_record.hpp"
#include "base/worker_pool.hpp"
#include "net/signal.hpp"

#include <filesystem>

namespace tally::analytics {

class Journal {
public:
    struct Limits {
        std::uint64_t file_bytes = 16 << 20;
        std::uint64_t total_bytes = 1 << 30;     // then the oldest file goes, stored or not
        std::uint64_t waiting_bytes = 32 << 20;  // not written yet; then appends are refused
    };

    Journal(std::filesystem::path directory, const Clock& clock, Limits limits);

    explicit Journal(std::filesystem::path directory, const Clock& clock)
        : Journal(std::move(directory), clock, Limits{}) {}

    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Everything an earlier process left, oldest first; a torn end is passed over. Blocks. Before any
    /// append.
    Result<> replay(const std::function<void(const JournalRecord&)>& visit);

    /// Numbers of the records to come: rise over restarts. From any thread.
    std::uint64_t next_number() { return ++newest_; }

    /// Writes records that were made with write_record(). Errc::too_large while too much waits, Errc::io when
    /// the disk fails.
    Task<> append(Bytes records);

    bool is_crowded() const { return waiting_ > limits_.waiting_bytes / 2; }

    /// Records that were received before are in the store. From any thread.
    void release(Time before);

    std::uint64_t bytes() const { return total_; }

private:
    struct File {
        std::filesystem::path path;
        Time newest;
        std::uint64_t bytes = 0;
    };

    Result<> write(ByteView records);
    Result<> open_file();
    void remove_oldest();

    const std::filesystem::path directory_;
    const Clock& clock_;
    const Limits limits_;
    std::atomic<std::uint64_t> newest_ = 0;
    std::atomic<std::uint64_t> waiting_ = 0;
    std::atomic<std::uint64_t> total_ = 0;

    // On the writer's thread, once there are appends.
    std::deque<File> files_;
    int descriptor_ = -1;
    Instant synced_{};

    WorkerPool writer_{"analytics journal", 1, 65'536};
};

}  // namespace tally::analytics
