#include "sql/store_file.hpp"

#include "sql/testing.hpp"

#include <fstream>

namespace tally::sql {
namespace {

namespace fs = std::filesystem;

struct SqliteStore {
    SqliteStore() : opened(Database::open("sqlite:" + file.string(), Time(Milliseconds(1)))) {
        REQUIRE(opened);
    }

    bool writes() const {
        try {
            return wait((*opened)->transact([](Session& session) {
                session.execute("insert into marks values (1)");
                return true;
            }));
        } catch (const Unavailable&) {
            return false;
        }
    }

    bool reads() const {
        try {
            wait((*opened)->read([](Session& session) { return session.rows("select 1 as one").size(); }));
            return true;
        } catch (const Unavailable&) {
            return false;
        }
    }

    const Database& database() const { return **opened; }

    TemporaryStore store;
    fs::path file = store.directory() / "watched.db";
    Result<std::unique_ptr<Database>> opened;
};

TEST_CASE_FIXTURE(SqliteStore, "a store whose file was removed is not used until the file is back") {
    wait((*opened)->transact([](Session& session) {
        session.execute("create table marks (id bigint)");
        return true;
    }));
    CHECK(writes());
    const auto aside = store.directory() / "aside.db";
    fs::rename(file, aside);
    CHECK_FALSE(writes());
    CHECK_FALSE(reads());
    CHECK(database().trouble().contains("removed"));
    CHECK_FALSE(fs::exists(file));
    fs::copy_file(aside, file);
    CHECK_FALSE(writes());
    CHECK(database().trouble().contains("another file"));
    fs::rename(aside, file);
    CHECK(writes());
    CHECK(reads());
    CHECK(database().trouble().empty());
}

TEST_CASE_FIXTURE(SqliteStore, "a store whose file was made read-only is read, and not written") {
    fs::permissions(file, fs::perms::owner_read);
    CHECK_FALSE(writes());
    CHECK(reads());
    CHECK(database().trouble().contains("read-only"));
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    CHECK(database().trouble().empty());
}

}  // namespace
}  // namespace tally::sql
