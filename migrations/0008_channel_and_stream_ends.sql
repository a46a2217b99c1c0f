-- An encoder that dials in unannounced before this begins nothing: it redials by itself after a stop.
alter table channels add column held_until bigint;
alter table channels add column deleted_at bigint;
-- What the end of a stream that is being drained brings.
alter table streams add column completes_broadcast bigint not null default 1;
