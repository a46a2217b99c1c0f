#include "sql/testing.hpp"

#include <fmt/format.h>
#include <soci/soci.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

namespace tally::sql {

namespace {

const char* postgresql() {
    return std::getenv("TALLY_TEST_POSTGRESQL");
}

/// Outside any schema of a test.
void run(const std::string& statement) {
    const auto backend = backend_of(postgresql());
    soci::session session;
    backend.value().open(session);
    session << statement;
}

}  // namespace

TemporaryStore::TemporaryStore() {
    if (postgresql() == nullptr) {
        url_ = "sqlite:" + (directory() / "tally.db").string();
        return;
    }
    static std::atomic<int> made;
    schema_ = fmt::format("test_{}_{}", getpid(), ++made);
    run("create schema " + schema_);
    const std::string_view base = postgresql();
    url_ = fmt::format("{}{}options=-csearch_path%3D{}", base, base.contains('?') ? '&' : '?', schema_);
}

TemporaryStore::~TemporaryStore() {
    if (!schema_.empty()) run(fmt::format("drop schema {} cascade", schema_));
}

}  // namespace tally::sql
