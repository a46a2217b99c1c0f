// Keeps what the packager makes: hears it on the stream's thread and has a disk thread write it, without ever
// waiting for the disk.
#pragma once

#include "base/worker_pool.hpp"
#include "package/output.hpp"
#include "package/packager.hpp"
#include "record/writer.hpp"

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace tally::record {

/// Where the packager goes on with an earlier recording; for one without media, a new beginning.
package::Resume resume_of(const Recording& recording);

/// On the stream's home thread. When the disk fails or falls behind by more than `Limits::bytes`, fragments
/// are lost to the recording, never to live readers.
class Recorder final : public package::OutputSink {
public:
    struct Limits {
        std::size_t bytes = 64 * 1024 * 1024;  // of fragments waiting for the disk
    };

    struct Opened {
        std::shared_ptr<Recorder> recorder;
        package::Resume resume;
        media::Ticks resume_at{};  // where the stream's timeline goes on
    };

    /// Starts the recording in `directory` or goes on with it. `disk` has one thread, which keeps the order.
    static Task<Opened> open(WorkerPool& disk, std::filesystem::path directory, Limits limits);

    static Task<Opened> open(WorkerPool& disk, std::filesystem::path directory) {
        return open(disk, std::move(directory), Limits{});
    }

    void on_init(const package::Rendition& rendition, const package::Init& init) override;
    void on_fragment(const package::Rendition& rendition, const package::Fragment& fragment) override;

    void on_segment_end(const package::Rendition& /*rendition*/, std::uint64_t /*segment*/) override {}

    void on_end() override {}

    /// Resolves once everything heard so far is written, and outlives the process; soon after, it outlives
    /// the loss of power. Errc::too_large when the disk is so far behind that its queue takes no more.
    Task<> finish();

    /// Fragments that the recording is missing. From any thread.
    std::uint64_t lost_fragments() const { return queue_->lost; }

    /// True from a rendition's loss until its next fragment is written. From any thread.
    bool failing() const { return queue_->failing(); }

private:
    struct Track {
        std::shared_ptr<const package::Init> init;
        std::uint64_t fragments = 0;
    };

    /// Shared with the jobs under way, so that they outlive the recorder.
    struct Queue {
        explicit Queue(Writer open_writer) : writer(std::move(open_writer)) {}

        void write(const Append& append);
        void lose(const std::string& rendition, std::string_view reason);
        void recover(const std::string& rendition);
        bool failing() const;

        Writer writer;  // on the disk thread
        std::atomic<std::size_t> bytes = 0;
        std::atomic<std::uint64_t> lost = 0;
        mutable std::mutex mutex;
        std::set<std::string> losing;  // renditions; under the mutex
    };

    Recorder(WorkerPool& disk, Limits limits, Writer writer)
        : disk_(disk),
          limits_(limits),
          queue_(std::make_shared<Queue>(std::move(writer))) {}

    WorkerPool& disk_;
    Limits limits_;
    std::shared_ptr<Queue> queue_;
    std::map<std::string, Track, std::less<>> tracks_;
};

}  // namespace tally::record
