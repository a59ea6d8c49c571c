-- Enrollments whose profile was corrected, until attendance and completions have followed. A seat that was given anew (`accepted_at`) is another
-- application, whose profile is of its own day.
CREATE TABLE corrected_profiles (
    enrollment_id uuid PRIMARY KEY
);

-- Until 0002 has ended in a new database, `known_enrollments` is a view of a table with the former name.
DO $$
BEGIN
    EXECUTE format('ALTER TABLE %s ADD COLUMN accepted_at timestamptz', coalesce(to_regclass('heard_enrollments'), 'known_enrollments'));
    IF to_regclass('heard_enrollments') IS NOT NULL THEN
        CREATE OR REPLACE VIEW known_enrollments AS SELECT * FROM heard_enrollments;
    END IF;
END $$;
