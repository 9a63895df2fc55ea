-- Whether our signature under an agreement has reached the other side; no row: it is still to be brought there.
create table gaiax_delivery (
  subject text primary key,             -- of the credentials that both sides sign
  peer    text not null,
  state   text not null check (state in ('delivered', 'not-offered', 'refused', 'given-up')),
  reason  text,
  at      timestamptz not null
);
create index gaiax_credential_subject on gaiax_credential (subject) where type = 'DataUsageAgreement';
