#include "sql/failure.hpp"

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

namespace tally::sql {

namespace {

/// PostgreSQL, appendix A: error codes. SOCI gives blanks where the server had no chance to send one.
Cause cause_of(std::string_view code) {
    constexpr std::string_view serialization_failure = "40001";
    constexpr std::string_view deadlock_detected = "40P01";
    constexpr std::string_view connection_exceptions = "08";
    constexpr std::string_view operator_interventions = "57P";
    constexpr std::string_view none = "     ";
    if (code == serialization_failure || code == deadlock_detected) return Cause::conflict;
    const bool lost =
        code == none || code.starts_with(connection_exceptions) || code.starts_with(operator_interventions);
    return lost ? Cause::gone : Cause::other;
}

Cause cause_of(const soci::soci_error& error) {
    const auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&error);
    return postgresql == nullptr ? Cause::other : cause_of(std::string_view(postgresql->sqlstate()));
}

/// Neither the context that SOCI adds nor PostgreSQL's details, which follow: they have the values of
/// columns.
std::string first_line(const std::string& message) {
    return message.substr(0, message.find('\n'));
}

}  // namespace

Failure::Failure(const soci::soci_error& error)
    : Failure(cause_of(error), first_line(error.get_error_message())) {}

}  // namespace tally::sql
