// What may go from the analytics file, and when (analytics.md 2.5 and 2.7).
#pragma once

#include "analytics/store/sqlite_connection.hpp"

namespace tally::analytics {

/// In short transactions, so that batches of facts get their turn between them.
void prune(SqliteConnection& connection, Time now);

}  // namespace tally::analytics
