-- What else would be accepted under a publication: a counter-offer within these bounds is agreed to without asking anybody.
alter table publication add column bounds_policy_id text collate "C" constraint publication_bounds_policy_id_fkey references policy_definition;
create index publication_bounds on publication (bounds_policy_id) where bounds_policy_id is not null;
