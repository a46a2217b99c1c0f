#include "app/storage.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <cerrno>
#include <cstring>

namespace tally::app {
namespace {

/// Two processes on one directory would write over each other's recordings.
Result<int> lock_directory(const std::filesystem::path& directory) {
    const auto file = directory / "lock";
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        return fail(
            Errc::io, fmt::format("{} cannot be written: {}", directory.string(), std::strerror(errno))
        );
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
    ::close(descriptor);
    return fail(Errc::conflict, fmt::format("{} is in use by another Tally", directory.string()));
}

}  // namespace

Result<Storage> Storage::open(const std::filesystem::path& directory, Time now) {
    std::error_code error;
    std::filesystem::create_directories(directory / "recordings", error);
    if (error) {
        return fail(Errc::io, fmt::format("{} cannot be written: {}", directory.string(), error.message()));
    }
    TRY(const int lock, lock_directory(directory));
    TRY(auto secret, control::Secret::open(directory / "secret"));
    TRY(auto database, sql::Database::open("sqlite:" + (directory / "tally.db").string(), now));
    return Storage{
        .directory = directory,
        .lock = lock,
        .secret = std::move(secret),
        .database = std::move(database),
    };
}

}  // namespace tally::app
