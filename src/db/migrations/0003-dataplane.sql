-- Keys that sign what only this connector verifies. They are here and not in files, because every replica must know them and
-- replicas share nothing but the database.
create table signing_key (
  kid         text primary key,         -- RFC 7638 thumbprint
  purpose     text not null,            -- what it may sign: 'data-access'
  private_key jsonb not null,           -- JWK
  created_at  timestamptz not null,
  retired_at  timestamptz               -- signs no more, verifies still
);
create index signing_key_purpose on signing_key (purpose, created_at desc);

-- One agreed movement of data, as the control plane told it, and what became of it.
create table data_flow (
  id           text primary key,        -- the provider's transfer process id
  counterparty text not null,
  agreement_id text not null,
  dataset_id   text not null,
  format       text not null,
  source       jsonb not null,
  destination  jsonb,                   -- where to push to
  state        text not null check (state in ('started', 'suspended', 'terminated', 'completed')),
  reason       text,                    -- why it is suspended or terminated
  generation   integer not null default 1, -- grows with every suspension: tokens of an older one open nothing
  due          timestamptz,             -- when there is something to do by ourselves: push, or tell how a push ended
  attempts     integer not null default 0,
  bytes        bigint not null default 0, -- of bodies that left towards the consumer
  requests     bigint not null default 0,
  accessed_at  timestamptz,
  version      integer not null default 1,
  created_at   timestamptz not null,
  updated_at   timestamptz not null
);
create index data_flow_due on data_flow (due) where due is not null;

-- Refresh tokens that still work. One that was exchanged goes only when its successor, or the access token issued with that,
-- is seen: until then the answer that carried the successor may have been lost.
create table refresh_token (
  hash       text primary key,          -- SHA-256, hex; the token itself is nowhere
  flow_id    text not null references data_flow on delete cascade,
  access_jti text not null unique,      -- the access token issued with it
  parent     text,                      -- hash of the token it was given in exchange for; null once it has been used
  issued_at  timestamptz not null
);
create index refresh_token_flow on refresh_token (flow_id);
create index refresh_token_parent on refresh_token (parent);
