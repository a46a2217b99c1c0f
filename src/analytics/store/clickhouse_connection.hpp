// A ClickHouse over its HTTP interface, for who may block. Statements that an earlier one depends on are sent
// one after the other; answers are whole.
#pragma once

#include "analytics/store/clickhouse_address.hpp"
#include "base/worker_pool.hpp"
#include "http/client/client.hpp"
#include "sql/value.hpp"

#include <optional>
#include <vector>

namespace tally::analytics {

/// ClickHouse gave no answer at all.
class ClickHouseAway : public sql::Unavailable {
public:
    using sql::Unavailable::Unavailable;
};

/// For one thread at a time. Every member throws sql::Unavailable when ClickHouse is away or refuses.
class ClickHouseConnection {
public:
    /// `names` resolves host names, and outlives the connection.
    ClickHouseConnection(ClickHouseAddress address, WorkerPool& names);

    const std::string& database() const { return address_.database; }

    /// Gives what the statement answers, as it says by its format.
    std::string run(std::string statement);
    /// The same of several that do not depend on one another, at once. Each takes one core of ClickHouse:
    /// that is less work than to divide each among all of them and put it together again.
    std::vector<std::string> run_together(std::vector<std::string> statements);
    /// Rows in RowBinary. Adding the same again is harmless; so may be whether it was done when this throws.
    void insert(std::string_view table, std::string rows);
    /// Outside of any database: it may not be there yet.
    void run_outside(std::string statement);

private:
    std::string send(std::string target, std::string body);
    /// By target and body.
    std::vector<std::string> send_together(std::vector<std::pair<std::string, std::string>> requests);
    http::ClientRequest request_of(std::string target, std::string body) const;
    std::string body_of(std::optional<Result<http::ClientResponse>> outcome) const;

    ClickHouseAddress address_;
    asio::io_context context_{1};
    http::Client client_;
};

}  // namespace tally::analytics
