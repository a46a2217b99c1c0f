// Why a statement failed, as far as it decides what comes next.
#pragma once

#include "sql/value.hpp"

namespace soci {
class soci_error;
}

namespace tally::sql {

enum class Cause : std::uint8_t {
    gone,       // the connection is lost, and with it all that the transaction did
    conflict,   // another transaction came between: the same again may succeed
    duplicate,  // a unique value is taken, by another transaction that came between or by a mistake
    uncertain,  // the connection was lost while committing: done or not, nobody knows
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
