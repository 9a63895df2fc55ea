-- A contract negotiation or a transfer process, of either role, is one row: all that the next decision needs is in it,
-- so that locking the row is enough to see everything fresh (a subquery beside FOR UPDATE would read an older snapshot).
create table process (
  id           text primary key,
  kind         text not null check (kind in ('negotiation', 'transfer')),
  role         text not null check (role in ('consumer', 'provider')),
  state        text,                    -- null until the first message is acknowledged
  counterparty text not null,
  peer_pid     text,                    -- the counterparty's id of the same process; null until it has told
  address      text not null,           -- base URL to which the counterparty is sent messages
  data         jsonb not null,          -- what the negotiation or transfer is about
  sending      jsonb not null default '[]', -- steps of ours under way, the first one first
  seen         text[] not null default '{}', -- digests of the counterparty's latest messages
  visits       jsonb not null default '{}', -- how often each state was reached
  waiting      jsonb,                   -- whom we have asked for a decision, since when and why
  error        text,
  version      integer not null default 1,
  journal_seq  integer not null default 0,
  journal_hash text not null default '',
  created_at   timestamptz not null,
  updated_at   timestamptz not null
);
-- A counterparty's id names one process: what makes a repeated first message harmless.
create unique index process_peer on process (kind, role, counterparty, peer_pid);
create index process_recent on process (kind, created_at desc, id);
create index process_dataset on process ((data ->> 'datasetId')) where state is distinct from 'TERMINATED' and kind = 'negotiation';
create index process_state on process (kind, role, state);

-- Everything that happened to a process, in order, each entry's hash covering the one before.
create table journal (
  process_id text not null references process on delete cascade,
  seq        integer not null,
  at         timestamptz not null,
  actor      text not null,             -- participant id, 'operator' or the decider's name
  event      text not null,             -- what happened: received, sent, decided, refused, …
  message    text,
  state      text,
  digest     text,                      -- SHA-256 of the message
  detail     jsonb,
  hash       text not null,
  primary key (process_id, seq)
);

-- Work to be done after a commit: one row a process and lane, saying that there is something to do, and when.
create table outbox (
  process_id   text not null references process on delete cascade,
  lane         text not null,
  counterparty text not null,
  due          timestamptz not null,
  owner        integer,                 -- the replica that has it in hand; it holds the advisory lock of that number
  wakes        integer not null default 1, -- version of the process that asked for it last; work done for an older one leaves the row
  attempts     integer not null default 0,
  payload      jsonb,
  error        text,
  created_at   timestamptz not null,
  primary key (process_id, lane)
);
create index outbox_due on outbox (due);
create sequence replica as integer cycle;

create table agreement (
  id             text not null,
  role           text not null check (role in ('consumer', 'provider')),
  negotiation_id text not null unique references process,
  counterparty   text not null,
  dataset_id     text not null,
  agreement      jsonb not null,
  agreed_at      timestamptz not null,
  finalized_at   timestamptz,           -- null: agreed, not yet finalised
  primary key (id, role)
);
create index agreement_dataset on agreement (dataset_id);
create index agreement_recent on agreement (agreed_at desc, id);
