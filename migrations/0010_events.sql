-- What happened, in the order of the commits; written in the transaction that it tells of. Kept for 30 days.
create table events (
    sequence bigint primary key,
    id text not null unique,
    type text not null,
    resource_type text not null,
    resource_id text not null,
    version bigint not null,
    channel_id text,
    occurred_at bigint not null,
    data text not null,
    previous text not null
);
create index events_by_time on events (occurred_at);

-- One row: its lock makes sequences follow the order of commits.
create table event_sequence (
    id bigint primary key,
    value bigint not null
);
insert into event_sequence (id, value) values (1, 0);

-- How many events each resource has had.
create table event_versions (
    resource_id text primary key,
    version bigint not null
);
