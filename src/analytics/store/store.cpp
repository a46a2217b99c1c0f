#include "analytics/store/store.hpp"

#include "analytics/store/clickhouse_store.hpp"
#include "analytics/store/sqlite_store.hpp"

namespace tally::analytics {

Result<std::unique_ptr<Store>> make_store(
    const std::string& address, const std::filesystem::path& directory
) {
    if (address.empty()) return std::make_unique<SqliteFactStore>(directory / "analytics.db");
    TRY(auto parsed, parse_clickhouse_address(address));
    return std::make_unique<ClickHouseFactStore>(std::move(parsed));
}

}  // namespace tally::analytics
