-- Whoever applies again gives a contact that is missing: the former identity then names the import that gave it, if one did, so that it is
-- taken back with the import.
ALTER TABLE former_identities ADD COLUMN import_id uuid;
