// The schema's history: numbered SQL files of migrations/, embedded in the program and applied in order.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "sql/session.hpp"

#include <span>
#include <string_view>

namespace tally::sql {

/// Migration n of the list brings the schema from version n - 1 to n. Once released it never changes.
struct Migration {
    std::string_view name;  // "0001_channels"
    std::string_view text;  // statements, each ending with a semicolon at the end of a line
};

std::span<const Migration> embedded_migrations();

/// Applies what is missing. Errc::conflict when the schema is newer than the list.
Result<> migrate(Session& session, std::span<const Migration> migrations, Time now);

}  // namespace tally::sql
