// A connection that comes back by itself: opened when it is needed, and after a loss tried again with pauses.
#pragma once

#include "sql/backend.hpp"

#include <chrono>
#include <memory>

namespace tally::sql {

class Connection {
public:
    explicit Connection(const Backend& backend);
    ~Connection();

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Open. Throws Failure with Cause::gone when it cannot be, and at once until a pause is over.
    soci::session& session();

    /// Closes it: it was lost, or nobody knows what state it is in.
    void drop();

    bool is_open() const { return session_ != nullptr; }

private:
    using Clock = std::chrono::steady_clock;

    const Backend& backend_;
    std::unique_ptr<soci::session> session_;
    Clock::time_point next_try_;
    Clock::duration pause_;
};

}  // namespace tally::sql
