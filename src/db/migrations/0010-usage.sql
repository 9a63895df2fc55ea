-- What was made of an agreement by whom we let in, where its policy says how often or how much.
create table agreement_usage (
  agreement_id text primary key,
  role         text not null default 'provider',
  begun        bigint not null default 0, -- accesses let in
  ended        bigint not null default 0, -- and over; less than begun while one is going on, or if its replica died
  bytes        bigint not null default 0, -- let out; only kept if the policy limits them
  first_at     timestamptz,
  last_at      timestamptz,
  foreign key (agreement_id, role) references agreement (id, role) on delete cascade
);
