// Idempotency-Key: a POST that is sent again is answered again, and carried out once (API section 1.1).
#pragma once

#include "base/clock.hpp"
#include "control/idempotency/claim.hpp"
#include "control/problems.hpp"
#include "control/secret.hpp"
#include "http/message.hpp"
#include "sql/database.hpp"

namespace tally::control {

/// Answers are kept for a day, for each caller; those of 5xx and 429 are not, so that trying again does the
/// work. What is kept is sealed by the server's secret: answers hold stream keys. Handlers that make
/// something keep their answer in the same transaction (kept_answer.hpp); the others are naturally safe to
/// repeat.
class IdempotentReplies {
public:
    IdempotentReplies(sql::Database& database, const Clock& clock, Secret secret)
        : database_(database),
          clock_(clock),
          secret_(std::move(secret)) {}

    /// The handler for requests with and without a key. This outlives it.
    http::Handler wrap(http::Handler handler);

private:
    class ClaimedAnswer;

    Async<http::Response> answer(const http::Handler& handler, const http::Request& request);
    Outcome<Claim> claim_of(const http::Request& request) const;
    Async<Claim> take(const Claim& wanted);
    Async<http::Response> carry_out(
        const Claim& claim, const http::Handler& handler, const http::Request& request
    );
    Async<> settle(const Claim& claim, const http::Response* response);
    std::string seal(const Claim& claim, const http::Response& response) const;
    http::Response replay(const Claim& claim) const;

    sql::Database& database_;
    const Clock& clock_;
    Secret secret_;
};

}  // namespace tally::control
