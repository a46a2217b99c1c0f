// Why a statement failed, as far as it decides what comes next.
#pragma once

#include "sql/value.hpp"

namespace soci {
class soci_error;
}

namespace tally::sql {

enum class Cause : std::uint8_t {
    gone,       // the connection is lost, and with it all that the transaction did
    conflict,   // the server ended it in favour of another: the same again may succeed
    uncertain,  // the connection was lost while committing, and what became of it could not be found out
    other,
};

class Failure : public Unavailable {
public:
    explicit Failure(const soci::soci_error& error);

    Failure(Cause cause, const std::string& message) : Unavailable(message), cause_(cause) {}

    Cause cause() const { return cause_; }

private:
    Cause cause_;
};

}  // namespace tally::sql
