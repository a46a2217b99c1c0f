#include "sql/upkeep.hpp"

#include "sql/testing.hpp"

#include <thread>

namespace tally::sql {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t much = 256 * 1024;

TEST_CASE("what was committed moves from SQLite's log into its file beside the transactions") {
    const TemporaryStore store;
    const auto file = store.directory() / "kept.db";
    const auto backend = backend_of("sqlite:" + file.string());
    REQUIRE(backend);
    Lane writers("writers", *backend, backend->writing);
    const Upkeep upkeep(*backend, writers, std::chrono::milliseconds(5));
    writers.in_transaction([](Session& session) {
        session.execute("create table marks (text varchar)");
        session.execute("insert into marks values (:text)", {{"text", std::string(much, 'x')}});
        return true;
    });
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (fs::file_size(file) < much && std::chrono::steady_clock::now() < give_up)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(fs::file_size(file) >= much);
}

}  // namespace
}  // namespace tally::sql
