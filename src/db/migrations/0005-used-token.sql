-- Identity tokens that were shown to us: none is taken twice, by no replica, before or after a restart.
create table used_token (
  digest bytea primary key,             -- SHA-256 of issuer and jti: neither's length matters
  until  timestamptz not null           -- afterwards nobody would take the token any more, and the row may go
);
create index used_token_until on used_token (until);
