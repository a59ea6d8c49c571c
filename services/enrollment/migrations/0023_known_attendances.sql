-- What depends on an enrollment, as sessions announces it: attendance that was recorded, in whatever state, and completion.
CREATE TABLE known_attendances (
    attendance_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    enrollment_id uuid NOT NULL
);
CREATE INDEX known_attendances_of_enrollment ON known_attendances (enrollment_id);

CREATE TABLE known_completions (
    completion_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    enrollment_id uuid NOT NULL,
    achieved boolean NOT NULL
);
CREATE INDEX known_completions_of_enrollment ON known_completions (enrollment_id);
