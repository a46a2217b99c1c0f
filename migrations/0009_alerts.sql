create table alerts (
    id text primary key,
    broadcast_id text not null references broadcasts (id),
    channel_id text not null references channels (id),
    stream_id text not null references streams (id),
    code text not null,
    category text not null,
    severity text not null,
    status text not null,
    title text not null,
    message text not null,
    remedy text not null,
    evidence text not null,
    first_seen_at bigint not null,
    last_seen_at bigint not null,
    resolved_at bigint,
    occurrences bigint not null,
    acknowledged_at bigint,
    acknowledged_by text
);
create index alerts_by_age on alerts (first_seen_at, id);
create index alerts_of_broadcast on alerts (broadcast_id, first_seen_at, id);
create index alerts_of_channel on alerts (channel_id, first_seen_at, id);
create index alerts_open on alerts (stream_id) where resolved_at is null;
