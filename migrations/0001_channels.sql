-- Times are milliseconds since 1970, windows are seconds, booleans are 0 or 1. BIGINT for every number:
-- INTEGER would be read as 32 bits.
create table channels (
    id text primary key,
    name text not null,
    slug text not null unique,
    status text not null,
    visibility text not null,
    key_generation bigint not null,
    key_hash text not null unique,
    default_quality text not null,
    latency_mode text not null,
    dvr_window bigint not null,
    reconnect_window bigint not null,
    record bigint not null,
    auto_live bigint not null,
    current_broadcast_id text,
    current_stream_id text,
    poster_url text,
    metadata text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index channels_by_age on channels (created_at, id);

-- Every slug that a channel has or had: old ones stay as aliases.
create table channel_slugs (
    slug text primary key,
    channel_id text not null references channels (id)
);
