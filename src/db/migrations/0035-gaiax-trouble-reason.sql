-- Why something of ours is not in order, and when it was tried last.
alter table gaiax_trouble add column reason text, add column at timestamptz;
