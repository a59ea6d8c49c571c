-- For which organization people take part, as it was when they completed: reporting counts the organizations with a trained member. Where
-- `organization_replicated` is false, a former release stored the enrollment and passed its organization over.
ALTER TABLE completions ADD COLUMN organization_id uuid;

-- Until 0002 has ended in a new database, `known_enrollments` is a view of a table with the former name.
DO $$
BEGIN
    EXECUTE format('ALTER TABLE %s ADD COLUMN organization_id uuid, ADD COLUMN organization_replicated boolean NOT NULL DEFAULT false', coalesce(to_regclass('heard_enrollments'), 'known_enrollments'));
    IF to_regclass('heard_enrollments') IS NOT NULL THEN
        CREATE OR REPLACE VIEW known_enrollments AS SELECT * FROM heard_enrollments;
    END IF;
END $$;
