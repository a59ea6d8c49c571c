-- What was stored of a person before each correction has its author and reason, and the profile of before. Those from before this have none.
ALTER TABLE former_identities ADD COLUMN profile jsonb, ADD COLUMN reason text, ADD COLUMN changed_by text, ADD COLUMN changed_at timestamptz;
