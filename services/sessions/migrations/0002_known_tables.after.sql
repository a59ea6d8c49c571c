-- No process of the former release uses the former names any more.
DO $$
DECLARE
    replica text;
BEGIN
    FOREACH replica IN ARRAY ARRAY['programmes', 'modules', 'cohorts', 'assignments', 'enrollments'] LOOP
        EXECUTE format('DROP VIEW known_%s', replica);
        EXECUTE format('ALTER TABLE heard_%1$s RENAME TO known_%1$s', replica);
    END LOOP;
END $$;
ALTER INDEX heard_assignments_active RENAME TO known_assignments_active;
ALTER INDEX heard_enrollments_of_cohort RENAME TO known_enrollments_of_cohort;
