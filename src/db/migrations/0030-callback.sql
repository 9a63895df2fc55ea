-- What is still to be told to those who were named when a process was begun, in order. Who they are stands with the process.
create table callback_message (
  entry        bigint generated always as identity primary key,
  id           uuid not null default gen_random_uuid(),
  process_id   text not null references process on delete cascade,
  place        integer not null,        -- which of the process's callbacks
  name         text not null,           -- what whoever asked for it calls the event
  type         text not null,           -- what we call it
  data         jsonb not null,
  at           timestamptz not null,
  attempts     integer not null default 0,
  last_error   text,
  next_attempt timestamptz
);
create index callback_message_next on callback_message (process_id, place, entry);

-- The latest attempts to bring something to a webhook or a callback, and what came of them.
create table delivery_attempt (
  entry        bigint generated always as identity primary key,
  receiver     text not null,
  at           timestamptz not null,
  event        text not null,           -- the id of what was brought
  type         text not null,
  ms           integer not null,
  status       integer,                 -- null: no answer
  error        text,                    -- null: taken
  next_attempt timestamptz
);
create index delivery_attempt_latest on delivery_attempt (receiver, entry desc);
create index delivery_attempt_age on delivery_attempt (at);

-- A webhook may follow a single process, or whatever has that id.
alter table webhook add column subject text, add column process text;
