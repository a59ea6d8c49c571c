-- `application_number` is the order in which people applied: the waiting list moves up by it. Workers of the former release
-- read the same number as `place`.
ALTER TABLE enrollments ADD COLUMN application_number bigint GENERATED ALWAYS AS (place) STORED;
CREATE INDEX enrollments_by_application ON enrollments (cohort_id, status, application_number);

-- No query of the former release names this column.
ALTER TABLE import_rows RENAME COLUMN judged_at TO recorded_at;
