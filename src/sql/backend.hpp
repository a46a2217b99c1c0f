// What SQLite and PostgreSQL differ in: how a connection is opened, how transactions begin, how many there
// are, how to learn what became of one, and what is to be done beside them.
#pragma once

#include "base/result.hpp"

#include <functional>
#include <string>

namespace soci {
class session;
}

namespace tally::sql {

enum class Fate : std::uint8_t { committed, rolled_back, open };

/// What is called with a session throws soci::soci_error.
struct Backend {
    /// One purpose of connections.
    struct Use {
        /// Begins a transaction, and gives the name by which `fate` knows it; none when that is never asked.
        std::function<std::string(soci::session&)> begin;
        /// Why it would be wrong to begin one now, in one line; empty when it is not.
        std::function<std::string()> trouble = [] { return std::string(); };
        std::size_t connections = 1;
    };

    std::string place;  // for people: without user and password
    std::function<void(soci::session&)> open;
    Use writing;
    Use reading;
    /// Of a transaction that wrote, asked on another connection.
    std::function<Fate(soci::session&, const std::string& name)> fate{};
    /// A statement to run now and then while there are commits; none when empty.
    std::string upkeep{};
};

/// Of "sqlite:PATH" or "postgresql://…", which libpq understands. Errc::unsupported otherwise.
Result<Backend> backend_of(const std::string& url);

}  // namespace tally::sql
