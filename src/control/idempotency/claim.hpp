// Idempotency keys in the store: who carries a request out, and what was answered to it.
#pragma once

#include "sql/session.hpp"

#include <boost/describe/class.hpp>

namespace tally::control {

/// A row of `idempotency_keys`.
struct Claim {
    std::string id;           // a digest of the caller and the key
    std::string fingerprint;  // a digest of what is asked
    std::string claim;        // a token of whoever carries it out
    Time claimed_at;
    Time expires_at;
    std::optional<std::string> reply;  // sealed; empty while it is under way
};
BOOST_DESCRIBE_STRUCT(Claim, (), (id, fingerprint, claim, claimed_at, expires_at, reply))

class ClaimRepository {
public:
    explicit ClaimRepository(sql::Session& session) : session_(session) {}

    /// The claim that holds: this one, unless the key is another's. A claim that was given up (claimed
    /// before `lost_before`, without a reply) is taken over.
    Claim take(const Claim& wanted, Time lost_before);
    /// Only for the holder, as are the following.
    void finish(const Claim& claim, const std::string& reply);
    bool holds(const Claim& claim);
    void give_up(const Claim& claim);

    void forget_expired(Time now);

private:
    sql::Session& session_;
};

}  // namespace tally::control
