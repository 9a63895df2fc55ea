-- Gaia-X credentials that we publish: our own, and what notaries and clearing houses attest about us. Each change is a new version.
create table gaiax_credential (
  id           text not null,           -- the credential's id, which is the URL it is found at
  version      integer not null,
  type         text not null,           -- without a prefix: LegalPerson, LabelCredential
  subject      text not null,           -- the id of its subject
  about        text,                    -- the dataset or agreement that it describes
  jwt          text not null,
  content      text,                    -- digest of what we say in it, apart from dates and status; null: not ours
  kid          text,                    -- the key of ours that has signed it
  valid_from   timestamptz not null,
  valid_until  timestamptz,
  state        text not null check (state in ('active', 'superseded', 'revoked')),
  source       text not null check (source in ('own', 'notary', 'compliance', 'peer')),
  status_list  text,                    -- where its status is told
  status_index integer,
  created_at   timestamptz not null,
  changed_at   timestamptz not null,
  primary key (id, version)
);
create unique index gaiax_credential_active on gaiax_credential (id) where state = 'active';
create index gaiax_credential_type on gaiax_credential (type, about) where state = 'active';

-- The certificate chains of our Gaia-X keys, former ones too: what they have signed is verified by them.
create table gaiax_certificate (
  kid      text primary key,
  chain    text not null,               -- PEM: the leaf first, the root last
  added_at timestamptz not null
);
