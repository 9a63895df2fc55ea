-- Where events are brought to: each webhook has its place among them, so that it gets them in order, and none is lost.
create table webhook (
  id              text primary key,
  url             text not null,
  types           text[],                 -- patterns of types; null means all
  secret          bytea not null,         -- sealed
  former_secret   bytea,                  -- sealed; signs, too, until former_until
  former_until    timestamptz,
  place           bigint not null,        -- of the last event that it has taken, or that is not for it
  enabled         boolean not null default true,
  disabled_reason text,
  delivered_at    timestamptz,            -- when it last took one
  attempts        integer not null default 0, -- in vain, in a row
  failing_since   timestamptz,
  last_error      text,
  next_attempt    timestamptz,
  created_at      timestamptz not null,
  updated_at      timestamptz not null
);
