-- Requests with an Idempotency-Key: claimed before anything is done, answered when it is done.
create table idempotency (
  caller  text not null,
  key     text not null,
  digest  bytea not null,               -- SHA-256 of what was asked for
  replica integer not null,             -- the one that works on it
  at      timestamptz not null,
  answer  bytea,                        -- sealed; null while it is under way, or if its replica died before it could tell
  primary key (caller, key)
);
create index idempotency_at on idempotency (at);
