-- The number is given here when no process reads `place` any more. Dropping the column drops its index.
ALTER TABLE enrollments ALTER COLUMN application_number DROP EXPRESSION;
ALTER TABLE enrollments ALTER COLUMN application_number SET NOT NULL;
ALTER TABLE enrollments ALTER COLUMN application_number ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('enrollments', 'application_number'), coalesce(max(application_number), 0) + 1, false)
FROM enrollments;
ALTER TABLE enrollments DROP COLUMN place;
