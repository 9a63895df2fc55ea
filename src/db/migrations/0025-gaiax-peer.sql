-- What was found out about the Gaia-X labels of other participants.
create table gaiax_peer (
  did           text primary key,
  level         text,                   -- null: none that counts
  issuer        text,
  rules_version text,
  valid_until   timestamptz,
  problem       text,                   -- why something does not count
  checked_at    timestamptz not null
);
create index gaiax_peer_recent on gaiax_peer (checked_at desc, did);
