-- What is still going on with a counterparty: counted before it may begin more.
create index process_open_with on process (counterparty, kind, role) where outcome is null;
