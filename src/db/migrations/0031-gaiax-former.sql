-- Former versions of Gaia-X credentials, oldest first, for the retention.
create index gaiax_credential_former on gaiax_credential (changed_at) where state <> 'active';
