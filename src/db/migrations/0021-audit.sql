-- What was done by way of the management API, and by whom, in the order it happened: each entry's hash covers the one before. Nothing
-- here is ever changed; what is old enough may be deleted from its beginning.
create table audit (
  seq     bigint primary key,
  at      timestamptz not null,
  request text not null,                -- the same in what tells of one request
  event   text not null check (event in ('began', 'ended', 'refused')),
  actor   text not null,                -- as journals name them
  caller  text not null,                -- the id of the key, or of the subject
  method  text not null,
  route   text not null,                -- a pattern, /v3/assets/:id
  object  text,                         -- the id of what it is about
  status  integer,                      -- of the answer; not while it is under way
  code    text,                         -- of the error, if it is one
  before  text not null,                -- the hash of the entry before
  hash    text not null
);
create index audit_request on audit (request);
create index audit_actor on audit (actor, seq);
create index audit_object on audit using hash (object); -- ids may be longer than an ordered index takes
create index audit_at on audit (at);

-- Where the chain ends: who adds to it holds this row.
create table audit_end (
  single boolean primary key default true check (single),
  seq  bigint not null,
  hash text not null
);
insert into audit_end (seq, hash) values (0, '');
