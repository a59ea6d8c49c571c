-- No worker of the former release uses the former names any more.
DROP VIEW live.dirty_owners;

-- A candidate that the former release was filling is not continued: its schema has another name now.
DROP SCHEMA IF EXISTS beside CASCADE;
