-- A past cohort was trained before this system. It is closed from the beginning, and rests on a list: what it is called, where it is kept, and who
-- vouches for it. Its enrollments are `stated`: the day of completion, if there is one, and the row of the sheet that says so.
CREATE TABLE past_cohorts (
    cohort_id uuid PRIMARY KEY REFERENCES cohorts,
    list_name text NOT NULL,
    kept_at text NOT NULL,
    vouched_by text NOT NULL,
    vouched_on date NOT NULL,
    stated_by text NOT NULL,
    stated_at timestamptz NOT NULL
);
ALTER TABLE enrollments ADD COLUMN stated jsonb CHECK (stated IS NULL OR status IN ('accepted', 'withdrawn'));

CREATE FUNCTION is_past(cohort uuid) RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT EXISTS (SELECT FROM past_cohorts WHERE cohort_id = cohort) $$;

-- What a list states rests on no consent.
CREATE OR REPLACE FUNCTION may_be_reinstated(e enrollments) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT e.status = 'withdrawn' AND e.withdrawal IS NOT NULL AND e.withdrawal IN ('asked', 'dissolved', 'lapsed')
        AND (e.stated IS NOT NULL OR (consents_stand(e.person_id) AND NOT EXISTS (
            SELECT FROM consents c
            WHERE c.person_id = e.person_id AND c.purpose IN ('training', 'guardian') AND c.withdrawn_at >= e.withdrawn_at)))
$$;

DO $$
BEGIN
    EXECUTE format('REVOKE DELETE, TRUNCATE ON past_cohorts FROM %I', regexp_replace(current_user, '_owner$', ''));
END $$;
