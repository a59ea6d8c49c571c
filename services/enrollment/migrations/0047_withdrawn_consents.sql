-- By whom a consent was withdrawn, and how many enrollments ended by it. Both are empty for what a former release withdrew.
ALTER TABLE consents ADD COLUMN withdrawn_by text, ADD COLUMN ended_enrollments integer;
