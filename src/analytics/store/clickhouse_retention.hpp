// What may go from ClickHouse, and when (analytics.md 2.5 and 2.7): days as a whole.
#pragma once

#include "analytics/store/clickhouse_connection.hpp"
#include "base/clock.hpp"

namespace tally::analytics {

void prune(ClickHouseConnection& connection, Time now);

}  // namespace tally::analytics
