-- Who signs in, by name, as the issuer said it last or as the coordination entered it. `user_id` is the issuer's subject, as in
-- `assignments.facilitator_id`; `staff_id` is the subject of the key that the name is encrypted with. `seen_at` is null until they sign in.
CREATE TABLE staff (
    staff_id uuid PRIMARY KEY,
    user_id text NOT NULL UNIQUE,
    name bytea NOT NULL,
    roles text[] NOT NULL,
    organization_id uuid,
    seen_at timestamptz
);

-- From which day to which, both included, somebody's cohorts are another's. One that ended early has who ended it, and when.
CREATE TABLE absences (
    absence_id uuid PRIMARY KEY,
    facilitator_id text NOT NULL,
    substitute_id text NOT NULL CHECK (substitute_id <> facilitator_id),
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on >= starts_on),
    reason text NOT NULL,
    handed_over_by text NOT NULL,
    handed_over_at timestamptz NOT NULL,
    ended_by text,
    ended_at timestamptz,
    CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE INDEX absences_of_facilitator ON absences (facilitator_id);

-- `active` says who works with the cohort now. A cohort that is `handed_over` is theirs again after their absence; somebody who is
-- `standing_in` has it only while others are absent.
ALTER TABLE assignments ADD COLUMN handed_over boolean NOT NULL DEFAULT false, ADD COLUMN standing_in boolean NOT NULL DEFAULT false,
    ADD CHECK (NOT (active AND handed_over)), ADD CHECK (active OR NOT standing_in);
