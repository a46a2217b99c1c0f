-- A key's secret is nowhere: only its SHA-256. Empty lists of channels mean all.
create table api_keys (
    id text primary key,
    name text not null,
    prefix text not null,
    secret_hash text not null unique,
    scopes text not null,
    channel_ids text not null,
    created_at bigint not null,
    last_used_at bigint,
    expires_at bigint,
    revoked_at bigint
);
create index api_keys_by_age on api_keys (created_at, id);
