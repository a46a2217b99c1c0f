// The file of an SQLite store, watched. SQLite does not notice when it is removed or replaced, and would go
// on writing into what nobody will find again.
#pragma once

#include <sys/types.h>

#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace tally::sql {

/// From any thread.
class StoreFile {
public:
    explicit StoreFile(std::string path) : path_(std::move(path)) {}

    /// It is open now: from the first time on, it has to be this very file.
    void opened();

    /// Why the store cannot be used, for writing or at all, in one line; empty when it can. A file that is
    /// put back where it was is fine again.
    std::string trouble(bool writing) const;

private:
    using Identity = std::pair<dev_t, ino_t>;

    std::string look(bool writing) const;

    const std::string path_;
    mutable std::mutex mutex_;
    std::optional<Identity> identity_;  // under the mutex, as what follows
    mutable std::string said_;
};

}  // namespace tally::sql
