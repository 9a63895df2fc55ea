-- What the catalogue of a federation has of our Gaia-X credentials.
create table gaiax_catalogued (
  catalogue  text not null,             -- its base URL
  credential text not null,
  subject    text not null,             -- by which the catalogue knows it
  version    integer not null,
  state      text not null check (state in ('begun', 'there', 'refused')), -- begun: it may be there
  reason     text,                      -- why it was refused
  at         timestamptz not null,
  primary key (catalogue, credential)
);
-- The last part of the URL of each dataset's data product, for ever: two who describe it at the same time describe it under one.
create table gaiax_product (
  dataset text primary key,
  name    text not null unique
);
insert into gaiax_product (dataset, name)
  select distinct on (about) about, substring(id from '[^/]+$') from gaiax_credential
  where type = 'DataProduct' and about is not null order by about, created_at desc;
