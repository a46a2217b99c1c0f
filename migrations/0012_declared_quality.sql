-- Whether somebody said what the encoder will send, or a default stands for it.
alter table streams add column quality_declared bigint not null default 1;
