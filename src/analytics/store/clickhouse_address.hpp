// Where a ClickHouse is, and as whom it is spoken to.
#pragma once

#include "http/client/url.hpp"

namespace tally::analytics {

struct ClickHouseAddress {
    http::Url url{};  // its HTTP interface
    std::string user = "default";
    std::string password{};
    std::string database = "default";

    /// For people: without user and password.
    std::string place() const;
};

/// Of "clickhouse://user:password@host:8123/database"; with "?secure=true" over TLS, on port 8443 unless
/// another is given. Errc::malformed says what is wrong, and not what was given: there may be a password in
/// it.
Result<ClickHouseAddress> parse_clickhouse_address(std::string_view text);

}  // namespace tally::analytics
