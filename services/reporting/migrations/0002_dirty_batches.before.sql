-- Owners whose facts moved and who have to be counted again, a row for each batch of events. Rows are only added and, once counted, removed, so writers never
-- wait for each other. No two generations have the same queue_id.
ALTER TABLE live.dirty_owners RENAME COLUMN mark TO queue_id;
ALTER TABLE live.dirty_owners RENAME CONSTRAINT dirty_owners_pkey TO dirty_batches_pkey;
ALTER TABLE live.dirty_owners RENAME TO dirty_batches;
ALTER TABLE live.stale_indicators RENAME COLUMN mark TO queue_id;

-- A worker of the former release writes to the former names.
CREATE VIEW live.dirty_owners AS SELECT queue_id AS mark, owners FROM live.dirty_batches;
