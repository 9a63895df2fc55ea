-- The keys of the management API that operators have made, beside the one of the configuration.
create table api_key (
  id           text primary key,        -- stands in the key itself, and is no secret
  name         text not null,
  role         text not null check (role in ('read', 'steward', 'operator')),
  digest       bytea not null,          -- SHA-256 of the key, which is 256 random bits: nothing slower is needed
  created_at   timestamptz not null,
  created_by   text not null,
  expires_at   timestamptz,
  revoked_at   timestamptz,
  revoked_by   text,
  last_used_at timestamptz              -- to ten minutes or so
);
-- The audit names keys by their names: among those that work a name is one key.
create unique index api_key_name on api_key (name) where revoked_at is null;
create index api_key_recent on api_key (created_at desc, id);
