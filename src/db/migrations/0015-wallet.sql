-- Credentials about us, as their issuers signed them; what they say is sealed.
create table wallet_credential (
  digest      text primary key,         -- SHA-256 of the token: the same one is there once
  id          text,                     -- as the credential says
  types       text[] not null,
  issuer      text not null,
  profile     text not null,
  sealed      bytea not null,           -- the token
  request_id  text,                     -- the request of ours that it answers; null: unsolicited
  valid_from  timestamptz,
  valid_until timestamptz,              -- null: it does not end
  received_at timestamptz not null
);
create index wallet_credential_recent on wallet_credential (received_at desc, digest);

-- What we have asked issuers for.
create table credential_request (
  id         text primary key,          -- the holderPid
  issuer     text not null,             -- a DID
  objects    text[] not null,           -- ids of what the issuer's metadata lists; empty until they are looked up
  types      text[] not null,           -- types of credentials to look up there
  state      text not null check (state in ('REQUESTED', 'RECEIVED', 'ISSUED', 'REJECTED', 'FAILED')),
  status_url text,                      -- where the issuer tells how it stands
  reason     text,                      -- why it was rejected or has failed
  renews     text,                      -- the earlier request whose credentials it replaces
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index credential_request_recent on credential_request (created_at desc, id);
create index credential_request_renews on credential_request (renews) where renews is not null;

-- What issuers have offered us.
create table credential_offer (
  id          text primary key,
  issuer      text not null,
  credentials jsonb not null,
  objects     text[] not null,
  state       text not null check (state in ('WAITING', 'REQUESTED', 'DECLINED')),
  request_id  text,
  received_at timestamptz not null,
  updated_at  timestamptz not null
);
create unique index credential_offer_waiting on credential_offer (issuer, objects) where state = 'WAITING';
