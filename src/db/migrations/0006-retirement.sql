-- What both sides have signed is known by its digest, and may come to an end before its time.
alter table agreement
  add column digest         text,        -- SHA-256 of the terms in canonical form; null for those from before it was kept
  add column retired_at     timestamptz, -- from then on it allows nothing any more
  add column retired_reason text;

-- The transfers that run under an agreement.
create index process_agreement on process ((data ->> 'agreementId')) where kind = 'transfer';
