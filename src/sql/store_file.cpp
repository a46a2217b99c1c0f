#include "sql/store_file.hpp"

#include "base/log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tally::sql {

void StoreFile::opened() {
    struct stat facts{};
    if (stat(path_.c_str(), &facts) != 0) return;
    const std::scoped_lock lock(mutex_);
    if (!identity_) identity_ = {facts.st_dev, facts.st_ino};
}

std::string StoreFile::trouble(bool writing) const {
    const std::scoped_lock lock(mutex_);
    auto found = look(writing);
    // Readers do not see what only troubles writers: they take back nothing that was said.
    if (found != said_ && (writing || !found.empty())) {
        said_ = found;
        if (found.empty())
            log::info("store.file_is_fine_again", {{"path", path_}});
        else
            log::error("store.file_unusable", {{"error", found}});
    }
    return found;
}

std::string StoreFile::look(bool writing) const {
    if (!identity_) return {};
    struct stat facts{};
    if (stat(path_.c_str(), &facts) != 0) return path_ + ": the file was removed while it was in use";
    if (*identity_ != Identity(facts.st_dev, facts.st_ino))
        return path_ + ": another file was put in its place: start again to use that one";
    // Permissions do not hold for root, who still means something by taking them away.
    constexpr mode_t anyone_writes = S_IWUSR | S_IWGRP | S_IWOTH;
    const bool may_write =
        (facts.st_mode & anyone_writes) != 0 && faccessat(AT_FDCWD, path_.c_str(), W_OK, AT_EACCESS) == 0;
    if (writing && !may_write) return path_ + ": the file was made read-only";
    return {};
}

}  // namespace tally::sql
