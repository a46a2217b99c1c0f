// The data directory: the store, the server's secret and the recordings, held by one process at a time.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "control/secret.hpp"
#include "sql/database.hpp"

#include <filesystem>
#include <memory>

namespace tally::app {

struct Storage {
    /// Makes what is missing. Errors in one line: a directory that cannot be written or is in use.
    static Result<Storage> open(const std::filesystem::path& directory, Time now);

    /// The store alone, which several processes may share.
    static Result<std::unique_ptr<sql::Database>> open_database(
        const std::filesystem::path& directory, Time now
    );

    std::filesystem::path recordings() const { return directory / "recordings"; }

    std::filesystem::path directory;
    int lock = -1;  // file descriptor, open for as long as the process lives
    control::Secret secret;
    std::unique_ptr<sql::Database> database;
};

}  // namespace tally::app
