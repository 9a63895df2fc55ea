-- What has happened, for whoever wants to hear of it: written in the transaction in which it happens.
create table event (
  entry    bigint generated always as identity, -- in the order of writing, which is not that of the commits
  position bigint,                      -- its place in what is told, given after the commit; null until somebody listens
  id       uuid not null default gen_random_uuid(),
  at       timestamptz not null,
  type     text not null,
  subject  text not null,
  data     jsonb not null
);
-- Nobody has a place by committing, so a reader who goes by places misses nothing that commits late.
create index event_fresh on event (entry) where position is null;
create unique index event_position on event (position) where position is not null;
alter table event set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);

-- The last place that was given. Whoever gives places holds this row, so places are given in the order in which they can be seen.
create table event_tail (
  one  boolean primary key default true check (one),
  last bigint not null
);
insert into event_tail (last) values (0);
