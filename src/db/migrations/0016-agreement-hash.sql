-- The hash of an agreement as an RDF graph, by which others know it: made when somebody first asks for it.
alter table agreement add column policy_hash text; -- RDFC-1.0, SHA-256; null as long as nobody has asked
