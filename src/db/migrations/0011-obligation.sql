-- What agreements demand to be done, on our side or theirs: each duty in its place, how it stands, and what shows that it was done.
create table obligation (
  id             text primary key,
  agreement_id   text not null,
  role           text not null,          -- ours in the agreement
  negotiation_id text not null,          -- which may be gone: agreements and their duties are kept longer
  path           text not null,          -- JSON pointer into the agreement
  kind           text not null check (kind in ('obligation', 'duty', 'remedy', 'consequence')),
  action         text not null,
  rule           jsonb not null,         -- as it stands in the agreement
  state          text not null check (state in ('inactive', 'pending', 'fulfilled', 'violated')),
  due            timestamptz,            -- by when it must be done, if that is said
  reminded_at    timestamptz,
  performed_at   timestamptz,            -- when it was done, as somebody has stated
  performed_by   text,
  evidence       jsonb,
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  unique (negotiation_id, path),
  foreign key (agreement_id, role) references agreement (id, role) on delete cascade
);
create index obligation_recent on obligation (created_at desc, id);
