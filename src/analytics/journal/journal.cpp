#include "analytics/journal/journal.hpp"

#include "base/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace tally::analytics {
namespace {

constexpr std::chrono::seconds sync_interval{1};

std::unexpected<Error> failure(std::string_view what, const std::filesystem::path& path) {
    return fail(Errc::io, fmt::format("{} {}: {}", what, path.string(), std::strerror(errno)));
}

}  // namespace

Journal::Journal(std::filesystem::path directory, const Clock& clock, Limits limits)
    : directory_(std::move(directory)),
      clock_(clock),
      limits_(limits) {
    // Above every number of an earlier process, whose clock was earlier.
    newest_ = static_cast<std::uint64_t>(clock.now().time_since_epoch().count()) << 20;
}

Journal::~Journal() {
    // On the writer's thread, after what it still has to do.
    writer_.post([this] {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    });
}

Result<> Journal::replay(const std::function<void(const JournalRecord&)>& visit) {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error) return fail(Errc::io, fmt::format("{}: {}", directory_.string(), error.message()));
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(directory_, error))
        if (entry.path().extension() == ".journal") paths.push_back(entry.path());
    std::ranges::sort(paths);
    for (const auto& path : paths) {
        std::ifstream input(path, std::ios::binary);
        const Bytes bytes(std::istreambuf_iterator<char>(input), {});
        File file{.path = path, .newest = {}, .bytes = bytes.size()};
        ByteReader reader(bytes);
        while (reader.remaining() > 0) {
            const auto record = read_record(reader);
            if (!record) break;
            file.newest = std::max(file.newest, record->received);
            newest_ = std::max(newest_.load(), record->number);
            visit(*record);
        }
        total_ += file.bytes;
        files_.push_back(std::move(file));
    }
    return {};
}

Task<> Journal::append(Bytes records) {
    const auto size = records.size();
    if (waiting_ + size > limits_.waiting_bytes)
        co_return fail(Errc::too_large, "journal: too much waits for the disk");
    waiting_ += size;
    auto written = co_await writer_.run([this, bytes = std::move(records)] { return write(bytes); });
    waiting_ -= size;
    co_return written;
}

Result<> Journal::write(ByteView records) {
    if (descriptor_ < 0 || files_.back().bytes + records.size() > limits_.file_bytes)
        if (auto opened = open_file(); !opened) return opened;
    auto& file = files_.back();
    for (auto rest = records; !rest.empty();) {
        const auto written = ::write(descriptor_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            auto failed = failure("write", file.path);
            // What is behind a torn record would not be read.
            ::close(std::exchange(descriptor_, -1));
            return failed;
        }
        rest = rest.subspan(static_cast<std::size_t>(written));
        file.bytes += static_cast<std::uint64_t>(written);
        total_ += static_cast<std::uint64_t>(written);
    }
    file.newest = clock_.now();
    while (total_ > limits_.total_bytes && files_.size() > 1) {
        log::error("analytics are lost: the journal is full", {{"file", files_.front().path.string()}});
        remove_oldest();
    }
    const auto now = clock_.monotonic();
    if (now - synced_ < sync_interval) return {};
    synced_ = now;
    if (::fdatasync(descriptor_) != 0) return failure("sync", file.path);
    return {};
}

Result<> Journal::open_file() {
    if (descriptor_ >= 0) {
        ::fdatasync(descriptor_);
        ::close(descriptor_);
    }
    const auto path = directory_ / fmt::format("{:020}.journal", next_number());
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor_ < 0) return failure("open", path);
    files_.push_back({.path = path, .newest = clock_.now(), .bytes = 0});
    return {};
}

void Journal::release(Time before) {
    writer_.post([this, before] {
        const auto open = descriptor_ >= 0 ? 1U : 0U;
        while (files_.size() > open && files_.front().newest < before)
            remove_oldest();
        // One that is written to gives way to another, to be released in its turn.
        const bool stale =
            open == 1 && files_.size() == 1 && files_.back().newest < before && files_.back().bytes > 0;
        if (!stale) return;
        ::close(std::exchange(descriptor_, -1));
        remove_oldest();
    });
}

void Journal::remove_oldest() {
    std::error_code ignored;
    std::filesystem::remove(files_.front().path, ignored);
    total_ -= files_.front().bytes;
    files_.pop_front();
}

}  // namespace tally::analytics
