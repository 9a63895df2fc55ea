-- How far we are in sealing what former versions have kept as it came. A pass over a shelf goes by id; the next one looks only at
-- what was written since the last began, as processes of a former version may have run beside it.
create table sealing (
  shelf text primary key,
  after text not null default '',       -- up to this id all is sealed
  began timestamptz not null,           -- the pass under way
  since timestamptz not null            -- what was written before is sealed
);
