-- Made for millions of processes that have ended, beside the thousands that live.

-- What is looked for stands in columns of its own. An index on an expression over `data`, or on the state, would have to be changed with
-- every message, and with it every other index of the row; these change once in a life, so that updates stay in their page (HOT).
alter table process
  add column dataset_id text generated always as (data ->> 'datasetId') stored,
  add column agreement_id text generated always as (coalesce(data ->> 'agreementId', data -> 'agreement' ->> '@id')) stored,
  -- The state in which it has ended, and when it last changed after that; null while it lives.
  add column outcome text generated always as (case when state in ('FINALIZED', 'COMPLETED', 'TERMINATED') then state end) stored,
  add column ended_at timestamptz
    generated always as (case when state in ('FINALIZED', 'COMPLETED', 'TERMINATED') then updated_at end) stored;

drop index process_peer;
drop index process_agreement;
drop index process_dataset;
drop index process_state;
-- A counterparty's id names one process: what makes a repeated first message harmless.
create unique index process_peer on process (peer_pid, counterparty, kind, role);
create index process_counterparty on process (counterparty, kind, created_at desc, id);
create index process_dataset on process (dataset_id, kind, created_at desc, id);
create index process_by_agreement on process (agreement_id, kind, created_at desc, id) where agreement_id is not null;
create index process_open on process (kind, created_at desc, id) where outcome is null;
create index process_outcome on process (kind, outcome, created_at desc, id) where outcome is not null;
create index process_ended on process (kind, ended_at desc, id) where outcome is not null;

-- Room in each page for the next version of its rows, and a vacuum that does not wait for a fifth of a large table to be dead.
alter table process set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table agreement set (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
alter table data_flow set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
alter table journal set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05);
-- Nearly empty at all times, and every row of it dies young: its size is what died since the last vacuum.
alter table outbox set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

create index agreement_counterparty on agreement (counterparty, agreed_at desc, id);
create index agreement_assigner on agreement ((agreement ->> 'assigner'), agreed_at desc, id);
create index agreement_assignee on agreement ((agreement ->> 'assignee'), agreed_at desc, id);
-- Agreements are kept longer than the negotiations that led to them.
alter table agreement drop constraint agreement_negotiation_id_fkey;

-- How many processes have ended how. A scrape of metrics must not count a million rows; and one row that everybody counts in would
-- make them wait for each other, so every connection of the server has its slot.
create table process_count (
  kind    text not null,
  role    text not null,
  outcome text not null,
  slot    integer not null,             -- -1: what has been deleted
  count   bigint not null,
  primary key (kind, role, outcome, slot)
) with (fillfactor = 50);
insert into process_count select kind, role, outcome, 0, count(*) from process where outcome is not null group by 1, 2, 3;

create function count_ended() returns trigger language plpgsql as $$
begin
  insert into process_count as c values (new.kind, new.role, new.outcome, pg_backend_pid() % 64, 1)
  on conflict (kind, role, outcome, slot) do update set count = c.count + 1;
  return null;
end $$;
create trigger process_ends after update on process for each row
  when (old.outcome is null and new.outcome is not null) execute function count_ended();
create trigger process_begins_ended after insert on process for each row
  when (new.outcome is not null) execute function count_ended();

create function uncount_ended() returns trigger language plpgsql as $$
begin
  insert into process_count as c
  select kind, role, outcome, -1, -count(*) from gone where outcome is not null group by 1, 2, 3
  on conflict (kind, role, outcome, slot) do update set count = c.count + excluded.count;
  return null;
end $$;
create trigger process_goes after delete on process referencing old table as gone
  for each statement execute function uncount_ended();
