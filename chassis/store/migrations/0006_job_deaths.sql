-- A job that took its process down is found by how often its lease ended without a word.
ALTER TABLE jobs ADD COLUMN deaths integer NOT NULL DEFAULT 0;
