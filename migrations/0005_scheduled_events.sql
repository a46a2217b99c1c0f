create table scheduled_events (
    id text primary key,
    channel_id text not null references channels (id),
    title text not null,
    description text not null,
    tags text not null,
    scheduled_start bigint not null,
    estimated_duration bigint not null,
    status text not null,
    auto_start bigint not null,
    broadcast_id text references broadcasts (id),
    created_at bigint not null,
    cancelled_at bigint,
    deadline_at bigint
);
create index scheduled_events_by_start on scheduled_events (scheduled_start, id) where status = 'scheduled';
create index scheduled_events_of_channel on scheduled_events (channel_id, scheduled_start, id);
-- What the lifecycle must act on next.
create index scheduled_events_by_deadline on scheduled_events (deadline_at) where deadline_at is not null;

alter table broadcasts add column scheduled_id text references scheduled_events (id);
alter table broadcasts add column scheduled_start bigint;
alter table broadcasts add column estimated_duration bigint;
-- An event is converted once; this holds even when two processes share the store.
create unique index one_broadcast_of_event on broadcasts (scheduled_id) where scheduled_id is not null;
