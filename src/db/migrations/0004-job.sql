-- Work that belongs to no negotiation or transfer, to be done after a commit or at some later time: one row for each thing
-- that has something to do.
create table job (
  kind       text not null,             -- who does it: 'issuance', 'renewal', …
  key        text not null,             -- what it is about; asked for again, it is the same job
  queue      text not null,             -- jobs of one queue take turns; a counterparty's id, where there is one
  due        timestamptz not null,
  owner      integer,                   -- the replica that has it in hand; it holds the advisory lock of that number
  wakes      integer not null default 1, -- how often it was asked for; work done for fewer leaves the row
  attempts   integer not null default 0,
  payload    jsonb,
  error      text,
  created_at timestamptz not null,
  primary key (kind, key)
);
create index job_due on job (due);
