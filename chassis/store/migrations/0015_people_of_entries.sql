-- Whom a read showed or a write changed, by their pseudonyms: a search, a list or an erasure is about several people. Where people are known by
-- their enrollments alone, these stand for them. Entries from before this column have none.
ALTER TABLE audit_trail ADD COLUMN people uuid[] NOT NULL DEFAULT '{}';
CREATE INDEX audit_trail_of_people ON audit_trail USING gin (people);
