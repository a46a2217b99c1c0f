-- The newest health document of each stream, as the API printed it.
create table stream_health (
    stream_id text primary key references streams (id),
    document text not null,
    updated_at bigint not null
);

-- A minute of figures, `step` seconds apart.
create table stream_minutes (
    stream_id text not null references streams (id),
    starts_at bigint not null,
    step bigint not null,
    points text not null,
    primary key (stream_id, starts_at)
);
