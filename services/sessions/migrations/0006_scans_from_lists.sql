-- A scan from long after its session is a conflict, unless it was entered from a signed list.
ALTER TYPE conflict_reason ADD VALUE 'far_from_session';

-- Scans of before did not say which they are. They stay what was decided, as the former release's do while it runs.
ALTER TABLE scans ADD COLUMN from_list boolean NOT NULL DEFAULT true;
