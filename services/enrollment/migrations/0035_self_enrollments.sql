-- Cohorts in which people enroll themselves. `code` stands in the address that is shared; it stays when the coordination stops it, so that
-- what was printed leads there again when it goes on.
CREATE TABLE self_enrollments (
    cohort_id uuid PRIMARY KEY REFERENCES cohorts,
    code text NOT NULL UNIQUE,
    is_open boolean NOT NULL
);
