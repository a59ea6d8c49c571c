-- No worker of the former release uses the former names any more. The generations may have been swapped since the before half.
DROP VIEW IF EXISTS live.dirty_owners, candidate.dirty_owners;

-- A candidate that the former release was filling is not continued: its schema has another name now.
DROP SCHEMA IF EXISTS beside CASCADE;
