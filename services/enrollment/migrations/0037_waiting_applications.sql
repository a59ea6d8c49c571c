-- Applications that contradict a person of their document, until somebody decides whose they are. `application` is encrypted under a key of its
-- own; `enrollment_id` is the id under which it was sent.
CREATE TABLE waiting_applications (
    application_id uuid PRIMARY KEY,
    enrollment_id uuid NOT NULL UNIQUE,
    cohort_id uuid NOT NULL REFERENCES cohorts,
    person_id uuid NOT NULL REFERENCES people,
    application bytea NOT NULL,
    sent_by text NOT NULL,
    sent_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX waiting_applications_of_cohort ON waiting_applications (cohort_id);
CREATE INDEX waiting_applications_of_person ON waiting_applications (person_id);

CREATE FUNCTION is_answered(w waiting_applications) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM enrollments WHERE enrollment_id = w.enrollment_id)
        OR EXISTS (SELECT FROM further_applications WHERE application_id = w.enrollment_id)
$$;
COMMENT ON FUNCTION is_answered IS 'Whether the application was put right, and sent again under its id.';
