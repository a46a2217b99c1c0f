// The schema of the analytics database in ClickHouse, and what keeps its version.
#pragma once

#include "analytics/store/clickhouse_connection.hpp"

namespace tally::analytics {

/// Makes the database when it is missing, and brings it up to date. Throws sql::Unavailable when it is newer
/// than this program.
void migrate(ClickHouseConnection& connection);

}  // namespace tally::analytics
