-- Secrets are derived from the server's secret and the generation: the store alone lets nobody sign.
create table webhook_endpoints (
    id text primary key,
    url text not null,
    events text not null,
    status text not null,
    secret_generation bigint not null,
    old_secret_until bigint,
    starts_after bigint not null,
    created_at bigint not null,
    last_success_at bigint,
    failing_since bigint,
    failure_count bigint not null
);
create index webhook_endpoints_by_age on webhook_endpoints (created_at, id);

-- One for each event and endpoint, and one for each time that a person asks for it again.
create table webhook_deliveries (
    id text primary key,
    endpoint_id text not null references webhook_endpoints (id),
    event_id text not null,
    sequence bigint not null,
    resource_id text not null,
    status text not null,
    attempt bigint not null,
    response_code bigint,
    latency_ms bigint,
    error text,
    created_at bigint not null,
    next_attempt_at bigint
);
create index webhook_deliveries_due on webhook_deliveries (next_attempt_at) where next_attempt_at is not null;
create index webhook_deliveries_waiting on webhook_deliveries (endpoint_id, resource_id, sequence)
    where next_attempt_at is not null;
create index webhook_deliveries_by_age on webhook_deliveries (endpoint_id, created_at, id);

-- One row: the last event of which deliveries were made.
create table webhook_progress (
    id bigint primary key,
    sequence bigint not null
);
insert into webhook_progress (id, sequence) values (1, 0);
