#include "control/idempotency/claim.hpp"

namespace tally::control {

Claim ClaimRepository::take(const Claim& wanted, Time lost_before) {
    session_.execute(
        "insert into idempotency_keys (id, fingerprint, claim, claimed_at, expires_at)"
        " values (:id, :fingerprint, :claim, :claimed_at, :expires_at)"
        " on conflict (id) do update set claim = excluded.claim, claimed_at = excluded.claimed_at"
        " where idempotency_keys.reply is null and idempotency_keys.claimed_at < :lost_before"
        " and idempotency_keys.fingerprint = excluded.fingerprint",
        {{"id", wanted.id},
         {"fingerprint", wanted.fingerprint},
         {"claim", wanted.claim},
         {"claimed_at", wanted.claimed_at},
         {"expires_at", wanted.expires_at},
         {"lost_before", lost_before}}
    );
    auto holder = session_.find<Claim>("select * from idempotency_keys where id = :id", {{"id", wanted.id}});
    if (!holder) throw sql::Unavailable("store: an idempotency key vanished");
    return *std::move(holder);
}

void ClaimRepository::finish(const Claim& claim, const std::string& reply) {
    session_.execute(
        "update idempotency_keys set reply = :reply where id = :id and claim = :claim",
        {{"reply", reply}, {"id", claim.id}, {"claim", claim.claim}}
    );
}

bool ClaimRepository::holds(const Claim& claim) {
    const auto holder = session_.rows(
        "select id from idempotency_keys where id = :id and claim = :claim",
        {{"id", claim.id}, {"claim", claim.claim}}
    );
    return !holder.empty();
}

void ClaimRepository::give_up(const Claim& claim) {
    session_.execute(
        "delete from idempotency_keys where id = :id and claim = :claim and reply is null",
        {{"id", claim.id}, {"claim", claim.claim}}
    );
}

void ClaimRepository::forget_expired(Time now) {
    session_.execute("delete from idempotency_keys where expires_at <= :now", {{"now", now}});
}

}  // namespace tally::control
