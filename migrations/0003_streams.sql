create table streams (
    id text primary key,
    channel_id text not null references channels (id),
    broadcast_id text not null references broadcasts (id),
    status text not null,
    protocol text not null,
    quality text not null,
    started_at bigint not null,
    first_media_at bigint,
    lost_at bigint,
    said_goodbye bigint not null,
    deadline_at bigint,
    ended_at bigint,
    end_reason text,
    reconnects bigint not null
);
create unique index one_running_stream on streams (channel_id)
    where status in ('starting', 'active', 'reconnecting', 'stopping');
create index streams_by_age on streams (started_at, id);
create index streams_of_channel on streams (channel_id, started_at, id);
-- What the lifecycle must act on next.
create index streams_by_deadline on streams (deadline_at) where deadline_at is not null;
