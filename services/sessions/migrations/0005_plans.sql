-- Completion asks for a plan that was declared complete. The newest declaration of a cohort counts; none means that it is not.
-- Completions of before stay what they are: each keeps the sessions that it was decided by.
CREATE TABLE plan_declarations (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    plan_id uuid NOT NULL,
    cohort_id uuid NOT NULL,
    complete boolean NOT NULL,
    required_sessions integer NOT NULL,
    missing integer NOT NULL,
    declared_by text NOT NULL,
    declared_at timestamptz NOT NULL
);
CREATE INDEX plan_declarations_of_cohort ON plan_declarations (cohort_id, number);

-- Modules that were published before ask for one session each, as they do in the catalogue. Until the after half of 0002 the
-- table has its former name.
DO $$
DECLARE
    application text := regexp_replace(current_user, '_owner$', '');
BEGIN
    IF to_regclass('heard_modules') IS NULL THEN
        ALTER TABLE known_modules ADD COLUMN required_sessions integer NOT NULL DEFAULT 1;
    ELSE
        ALTER TABLE heard_modules ADD COLUMN required_sessions integer NOT NULL DEFAULT 1;
        CREATE OR REPLACE VIEW known_modules AS SELECT * FROM heard_modules;
    END IF;
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON plan_declarations FROM %I', application);
END $$;
