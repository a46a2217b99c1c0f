// The schema of the analytics file, and what keeps its version.
#pragma once

#include "analytics/store/sqlite_connection.hpp"

namespace tally::analytics {

/// Brings the file up to date. Throws sql::Unavailable when it is newer than this program.
void migrate(SqliteConnection& connection);

}  // namespace tally::analytics
