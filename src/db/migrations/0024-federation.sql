-- Catalogues of other participants as they were when we last looked.
create table federated_catalog (
  participant text primary key,
  address     text not null,            -- the protocol URL it was asked at
  header      jsonb,                    -- the catalogue without its datasets; null until it was had once
  etags       jsonb not null default '[]', -- one for each page, null where the page had none
  crawled_at  timestamptz,              -- when all of it was last known to be so
  changed_at  timestamptz,              -- when something in it was last found changed
  failures    integer not null default 0, -- how often it could not be had in a row
  error       text,                     -- why, the last time
  tried_at    timestamptz not null
);

create table federated_dataset (
  participant text not null references federated_catalog on delete cascade,
  page        integer not null,
  place       integer not null,
  shown       jsonb not null,           -- as it came
  document    jsonb not null,           -- its properties by their full names, for queries
  primary key (participant, page, place)
);
