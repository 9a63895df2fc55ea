-- That a duty was missed, as somebody has stated; with a remedy, that the prohibition was broken which it makes up for.
alter table obligation
  add column breached_at     timestamptz,
  add column breached_by     text,
  add column breach_evidence jsonb;
