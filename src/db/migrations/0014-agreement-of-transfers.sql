-- A negotiation gets its agreement in the middle of its life, and that changed every index of its row. The table `agreement` knows the
-- negotiation anyway: the column is for transfers only, which have theirs from the beginning.
drop index process_by_agreement;
alter table process drop column agreement_id;
alter table process
  add column agreement_id text generated always as (case kind when 'transfer' then data ->> 'agreementId' end) stored;
create index process_by_agreement on process (agreement_id, created_at desc, id) where agreement_id is not null;
