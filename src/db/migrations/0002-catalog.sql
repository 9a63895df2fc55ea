-- What is on offer, and to whom. Ids are compared byte by byte (collate "C"): the order of a catalogue's pages is then the
-- same on every server.
create table dataset (
  id         text collate "C" primary key,
  key        text not null,             -- the id as it stands in offer ids
  document   jsonb not null,            -- what peers see of it: @id, @type and the properties by their full names
  source     jsonb not null,            -- where the data lies; peers never see it
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table policy_definition (
  id         text collate "C" primary key,
  policy     jsonb not null,            -- as it was given
  terms      text not null,             -- what offers say, as JSON text that goes out as it is
  digest     text not null,             -- of the terms, as it stands in offer ids
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table publication (
  id                 text collate "C" primary key,
  key                text not null,     -- the id as it stands in offer ids
  access_policy_id   text collate "C" not null references policy_definition,
  contract_policy_id text collate "C" not null references policy_definition,
  selector           jsonb not null,    -- as it was given
  matcher            jsonpath not null, -- the selector, as it is asked of a dataset's document
  created_at         timestamptz not null,
  updated_at         timestamptz not null
);
create index publication_access on publication (access_policy_id);
create index publication_contract on publication (contract_policy_id);

-- Which publication puts which dataset on offer: kept with every change of either, so that neither a page of the
-- catalogue nor an offer has to ask the selectors.
create table offer (
  dataset_id         text collate "C" not null references dataset on delete cascade,
  publication_id     text collate "C" not null references publication on delete cascade,
  access_policy_id   text collate "C" not null,
  contract_policy_id text collate "C" not null,
  name               text not null,     -- the offer's id without the digest of its terms
  primary key (dataset_id, publication_id)
);
create index offer_publication on offer (publication_id);

-- Other catalogues that ours points to.
create table nested_catalog (
  id             text collate "C" primary key,
  participant_id text not null,
  endpoint_url   text not null,         -- the DSP base URL its requests go to
  created_at     timestamptz not null,
  updated_at     timestamptz not null
);
