#include "analytics/store/testing.hpp"

#include "analytics/store/clickhouse_connection.hpp"

#include <cstdlib>

namespace tally::analytics::test {

namespace {

std::unique_ptr<Store> opened(const std::string& address, const std::filesystem::path& directory) {
    auto store = make_store(address, directory);
    REQUIRE_MESSAGE(store, store.error().context);
    return *std::move(store);
}

}  // namespace

TemporaryFacts::TemporaryFacts() : owned_(opened(address_, directory_.directory())), store(*owned_) {}

TemporaryFacts::~TemporaryFacts() {
    owned_.reset();
    if (address_.empty()) return;
    const auto address = parse_clickhouse_address(address_);
    WorkerPool names("names", 1, 1);
    ClickHouseConnection(*address, names).run_outside("drop database if exists " + address->database);
}

std::string TemporaryFacts::temporary_address() {
    const char* server = std::getenv("TALLY_TEST_CLICKHOUSE");  // NOLINT(concurrency-mt-unsafe)
    if (server == nullptr) return {};
    const std::string_view url(server);
    return fmt::format("{}/facts_{}", url.substr(0, url.rfind('/')), make_ulid(system_clock().now()));
}

}  // namespace tally::analytics::test
