-- Secrets that operators give a name: keys of sources, above all. Sealed with a data key, so that the database alone tells none.
create table secret (
  id         text collate "C" primary key,
  sealed     bytea not null,            -- for the context 'secret <id>'
  created_at timestamptz not null,
  updated_at timestamptz not null
);
