// What SQLite and PostgreSQL differ in: how a connection is opened, how transactions begin, how many there
// are.
#pragma once

#include "base/result.hpp"

#include <functional>
#include <string>

namespace soci {
class session;
}

namespace tally::sql {

struct Backend {
    /// One purpose of connections.
    struct Use {
        std::string begin;
        std::size_t connections = 1;
    };

    std::string place;                         // for people: without user and password
    std::function<void(soci::session&)> open;  // throws soci::soci_error
    Use writing;
    Use reading;
};

/// Of "sqlite:PATH" or "postgresql://…", which libpq understands. Errc::unsupported otherwise.
Result<Backend> backend_of(const std::string& url);

}  // namespace tally::sql
