-- What is not in order with our Gaia-X credentials, so that it is told when it begins and when it ends, and not at each attempt.
create table gaiax_trouble (
  about text not null,                  -- the URL of a credential, or the id of a dataset
  task  text not null,                  -- what does not succeed, or does not hold
  state text not null check (state in ('failed', 'refused', 'expired', 'revoked')),
  since timestamptz not null,
  primary key (about, task)
);
