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

Result<> make_directory(const std::filesystem::path& directory) {
    std::error_code error;
    std::filesystem::create_directories(directory / "recordings", error);
    if (!error) return {};
    return fail(Errc::io, fmt::format("{} cannot be written: {}", directory.string(), error.message()));
}

}  // namespace

Result<std::unique_ptr<sql::Database>> Storage::open_database(
    const std::filesystem::path& directory, Time now, const std::string& database_url
) {
    if (auto made = make_directory(directory); !made) return std::unexpected(made.error());
    const auto in_directory = "sqlite:" + (directory / "tally.db").string();
    return sql::Database::open(database_url.empty() ? in_directory : database_url, now);
}

Result<Storage> Storage::open(
    const std::filesystem::path& directory, Time now, const std::string& database_url
) {
    if (auto made = make_directory(directory); !made) return std::unexpected(made.error());
    TRY(const int lock, lock_directory(directory));
    TRY(auto secret, control::Secret::open(directory / "secret"));
    TRY(auto database, open_database(directory, now, database_url));
    return Storage{
        .directory = directory,
        .lock = lock,
        .secret = std::move(secret),
        .database = std::move(database),
    };
}

}  // namespace tally::app
