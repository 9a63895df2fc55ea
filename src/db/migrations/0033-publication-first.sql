-- A publication may name policies that come later: it puts nothing on offer until they are there. Tools for the EDC make them in any order.
alter table publication
  drop constraint publication_access_policy_id_fkey,
  drop constraint publication_contract_policy_id_fkey,
  drop constraint publication_bounds_policy_id_fkey;
