-- What was answered to POSTs with an Idempotency-Key, for a day. No caller, key or answer can be read from it.
create table idempotency_keys (
    id text primary key,
    fingerprint text not null,
    claim text not null,
    claimed_at bigint not null,
    expires_at bigint not null,
    reply text
);
create index idempotency_keys_by_expiry on idempotency_keys (expires_at);
