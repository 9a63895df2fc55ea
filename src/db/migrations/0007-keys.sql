-- Keys that encrypt what is secret in other tables. Each is itself encrypted, by what only the operator has.
create table data_key (
  id         text primary key,
  wrapper    text not null,             -- what it is wrapped by: 'passphrase', 'secret', 'kms'
  wrapped    jsonb not null,            -- the key, and what its wrapper needs to open it
  created_at timestamptz not null
);

-- Private keys are no longer readable here: they are sealed by a data key, or are somewhere else altogether. What is left in
-- private_key is sealed when a connector starts; public_key and algorithm are null until then.
alter table signing_key
  alter column private_key drop not null,
  add column algorithm  text,
  add column public_key jsonb,          -- JWK
  add column keeper     text not null default 'database', -- who signs: 'database', 'kms', 'vault'
  add column sealed     bytea,          -- the private key (PKCS #8), if it is kept here and may still sign
  add column reference  text,           -- the keeper's own name of it, if it is kept there
  add column active_at  timestamptz,    -- signs from then on; public before that
  add column lifetime   bigint not null default 0; -- ms: the longest that anything it signed is valid
update signing_key set active_at = created_at;
alter table signing_key alter column active_at set not null;
comment on column signing_key.retired_at is 'signs no more from then on; verifies for its lifetime still';
