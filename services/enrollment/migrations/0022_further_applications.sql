-- The ids of applications of somebody who had an enrollment in the cohort already: whoever sends one again after the person has withdrawn is
-- not applying anew.
CREATE TABLE further_applications (
    application_id uuid PRIMARY KEY,
    enrollment_id uuid NOT NULL REFERENCES enrollments
);
