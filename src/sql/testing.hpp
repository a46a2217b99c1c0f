// A store in a directory of its own: for the tests of everything that keeps state.
#pragma once

#include "base/testing.hpp"
#include "sql/database.hpp"

#include <doctest/doctest.h>

namespace tally::sql {

/// SQLite; or, when the environment's TALLY_TEST_POSTGRESQL is the URL of a database, a schema there.
class TemporaryStore {
public:
    TemporaryStore();
    ~TemporaryStore();

    TemporaryStore(const TemporaryStore&) = delete;
    TemporaryStore& operator=(const TemporaryStore&) = delete;

    /// For files beside the store.
    const std::filesystem::path& directory() const { return directory_.path(); }

    const std::string& url() const { return url_; }

    bool is_postgresql() const { return !schema_.empty(); }

    std::unique_ptr<Database> open(Time now = Time(Milliseconds(1'700'000'000'123))) const {
        auto opened = Database::open(url(), now);
        REQUIRE_MESSAGE(opened, opened.error().context);
        return std::move(*opened);
    }

private:
    TemporaryDirectory directory_;
    std::string schema_;  // empty on SQLite
    std::string url_;
};

}  // namespace tally::sql
