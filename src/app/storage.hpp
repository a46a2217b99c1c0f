// The data directory: the server's secret, the recordings and, on SQLite, the store. One process at a time
// has it.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "control/secret.hpp"
#include "sql/database.hpp"

#include <filesystem>
#include <memory>

namespace tally::app {

struct Storage {
    /// Makes what is missing. The store is SQLite in the directory, or what `database_url` names unless
    /// empty. Errors in one line: a directory that cannot be written or is in use, a store that cannot be
    /// reached.
    static Result<Storage> open(
        const std::filesystem::path& directory, Time now, const std::string& database_url = {}
    );

    /// The store alone, which several processes may share.
    static Result<std::unique_ptr<sql::Database>> open_database(
        const std::filesystem::path& directory, Time now, const std::string& database_url = {}
    );

    std::filesystem::path recordings() const { return directory / "recordings"; }

    std::filesystem::path directory;
    int lock = -1;  // file descriptor, open for as long as the process lives
    control::Secret secret;
    std::unique_ptr<sql::Database> database;
};

}  // namespace tally::app
