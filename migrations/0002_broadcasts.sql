create table broadcasts (
    id text primary key,
    channel_id text not null references channels (id),
    title text not null,
    description text not null,
    tags text not null,
    status text not null,
    media_state text not null,
    visibility text not null,
    auto_live bigint not null,
    auto_end bigint not null,
    record bigint not null,
    recording_id text,
    stream_ids text not null,
    active_stream_id text,
    created_at bigint not null,
    started_at bigint,
    ended_at bigint,
    media_duration bigint,
    end_reason text,
    metadata text not null
);
-- A channel has one output (API A13); this holds even when two processes share the store.
create unique index one_live_broadcast on broadcasts (channel_id) where status = 'live';
create index broadcasts_by_age on broadcasts (created_at, id);
create index broadcasts_of_channel on broadcasts (channel_id, created_at, id);
