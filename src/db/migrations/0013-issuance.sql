-- What holders have asked us for, as issuer.
create table issuance_request (
  id           text primary key,        -- the issuerPid
  holder       text not null,           -- a DID
  holder_pid   text not null,
  definitions  text[] not null,         -- ids of the credential definitions asked for
  state        text not null check (state in ('WAITING', 'APPROVED', 'REJECTED')),
  reason       text,                    -- why it was rejected
  decided_by   text,                    -- 'rule' or 'operator'
  access       bytea,                   -- sealed: the token that opens the holder's credential service
  delivered_at timestamptz,
  error        text,                    -- why delivery was given up
  created_at   timestamptz not null,
  updated_at   timestamptz not null
);
create index issuance_request_recent on issuance_request (created_at desc, id);
create index issuance_request_holder on issuance_request (holder, state);

-- What we have issued. Its claims are forgotten once it is delivered.
create table issued_credential (
  id          text primary key,
  request_id  text not null references issuance_request on delete cascade,
  definition  text not null,
  type        text not null,
  profile     text not null,
  holder      text not null,
  claims      bytea,                    -- sealed; null once it is delivered
  schema      text,
  status      jsonb not null,           -- where its status is told: purpose, list, index
  state       text not null check (state in ('ACTIVE', 'SUSPENDED', 'REVOKED')),
  reason      text,                     -- why it was suspended or revoked
  valid_from  timestamptz not null,
  valid_until timestamptz not null,
  changed_at  timestamptz not null
);
create index issued_credential_recent on issued_credential (valid_from desc, id);
create index issued_credential_request on issued_credential (request_id);
create index issued_credential_holder on issued_credential (holder);

create table status_list (
  id         text primary key,
  profile    text not null,
  purpose    text not null check (purpose in ('revocation', 'suspension')),
  bits       bytea not null,            -- what is published
  taken      bytea not null,            -- which indexes belong to a credential
  used       integer not null default 0,
  version    integer not null default 1, -- counts changes of the bits
  created_at timestamptz not null
);
create index status_list_open on status_list (profile, purpose, used);
