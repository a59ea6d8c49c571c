-- `application_number` is the order in which people applied: the waiting list moves up by it.
ALTER TABLE enrollments RENAME COLUMN place TO application_number;

ALTER TABLE import_rows RENAME COLUMN judged_at TO recorded_at;
