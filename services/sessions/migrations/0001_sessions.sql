CREATE TYPE session_kind AS ENUM ('training', 'council', 'budget_workshop', 'hearing');
CREATE TYPE session_status AS ENUM ('scheduled', 'cancelled', 'held');
CREATE TYPE attendance_state AS ENUM ('present', 'late', 'left_early', 'excused', 'absent');
CREATE TYPE enrollment_status AS ENUM ('requested', 'accepted', 'waitlisted', 'withdrawn');
CREATE TYPE scan_outcome AS ENUM ('waiting', 'recorded', 'repeated', 'conflict');
CREATE TYPE conflict_reason AS ENUM ('session_cancelled', 'enrollment_withdrawn', 'other_cohort', 'other_answer');

-- Heard from enrollment, in any order: no foreign keys, and of each thing the highest version.
CREATE TABLE heard_programmes (
    programme_id uuid PRIMARY KEY,
    version integer NOT NULL,
    code text NOT NULL,
    title text NOT NULL
);
CREATE TABLE heard_modules (
    module_id uuid PRIMARY KEY,
    version integer NOT NULL,
    programme_id uuid NOT NULL,
    title text NOT NULL
);
CREATE TABLE heard_cohorts (
    cohort_id uuid PRIMARY KEY,
    version integer NOT NULL,
    programme_id uuid NOT NULL,
    name text NOT NULL,
    province text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL
);
CREATE TABLE heard_assignments (
    assignment_id uuid PRIMARY KEY,
    version integer NOT NULL,
    cohort_id uuid NOT NULL,
    facilitator_id text NOT NULL,
    active boolean NOT NULL
);
CREATE INDEX heard_assignments_active ON heard_assignments (facilitator_id, cohort_id) WHERE active;
CREATE TABLE heard_enrollments (
    enrollment_id uuid PRIMARY KEY,
    version integer NOT NULL,
    person_id uuid NOT NULL,
    programme_id uuid NOT NULL,
    cohort_id uuid NOT NULL,
    status enrollment_status NOT NULL,
    profile jsonb NOT NULL
);
CREATE INDEX heard_enrollments_of_cohort ON heard_enrollments (cohort_id);

CREATE TABLE sessions (
    session_id uuid PRIMARY KEY,
    programme_id uuid NOT NULL,
    cohort_id uuid NOT NULL,
    module_id uuid,
    kind session_kind NOT NULL,
    title text NOT NULL,
    district text NOT NULL,
    place text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
    required boolean NOT NULL,
    status session_status NOT NULL
);
CREATE INDEX sessions_of_cohort ON sessions (cohort_id, starts_at);
CREATE INDEX sessions_by_day ON sessions (starts_at);

-- What devices and people said at the door, each scan once for ever. Only its outcome moves.
-- `clock_offset_ms` is what the device's clock lacked, so checked_in_at = scanned_at + offset.
CREATE TABLE scans (
    scan_id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions,
    enrollment_id uuid NOT NULL,
    state attendance_state NOT NULL,
    scanned_at timestamptz NOT NULL,
    clock_offset_ms bigint NOT NULL,
    checked_in_at timestamptz NOT NULL,
    device_id text NOT NULL,
    device_sequence bigint NOT NULL,
    scanned_by text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    outcome scan_outcome NOT NULL DEFAULT 'waiting',
    reason conflict_reason,
    attendance_id uuid,
    CHECK ((outcome = 'conflict') = (reason IS NOT NULL)),
    CHECK (outcome NOT IN ('recorded', 'repeated') OR attendance_id IS NOT NULL)
);
CREATE INDEX scans_of_pair ON scans (session_id, enrollment_id);
CREATE INDEX scans_open ON scans (enrollment_id) WHERE attendance_id IS NULL;
CREATE INDEX scans_in_conflict ON scans (received_at) WHERE outcome = 'conflict';

-- One person at one session. `profile` is the person as at the recording; `scan_id` the scan it rests on.
CREATE TABLE attendances (
    attendance_id uuid PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES sessions,
    enrollment_id uuid NOT NULL,
    person_id uuid NOT NULL,
    state attendance_state NOT NULL,
    corrected boolean NOT NULL DEFAULT false,
    checked_in_at timestamptz NOT NULL,
    scan_id uuid NOT NULL REFERENCES scans,
    profile jsonb NOT NULL,
    UNIQUE (session_id, enrollment_id)
);
CREATE INDEX attendances_of_enrollment ON attendances (enrollment_id);

CREATE TABLE corrections (
    correction_id uuid PRIMARY KEY,
    attendance_id uuid NOT NULL REFERENCES attendances,
    previous_state attendance_state NOT NULL,
    state attendance_state NOT NULL,
    reason text NOT NULL,
    corrected_by text NOT NULL,
    corrected_at timestamptz NOT NULL
);
CREATE INDEX corrections_of_attendance ON corrections (attendance_id, corrected_at);

CREATE TABLE completion_rules (
    rule_id uuid PRIMARY KEY,
    programme_id uuid NOT NULL,
    rule_version integer NOT NULL CHECK (rule_version > 0),
    minimum_percent integer NOT NULL CHECK (minimum_percent BETWEEN 1 AND 100),
    published_by text,
    published_at timestamptz NOT NULL,
    UNIQUE (programme_id, rule_version)
);

-- Stands from the first achievement on. `rule_version`, `minimum_percent` and `required_sessions` are what was asked then.
CREATE TABLE completions (
    completion_id uuid PRIMARY KEY,
    enrollment_id uuid NOT NULL UNIQUE,
    rule_version integer NOT NULL,
    minimum_percent integer NOT NULL,
    required_sessions uuid[] NOT NULL,
    attended integer NOT NULL,
    achieved boolean NOT NULL,
    achieved_at timestamptz NOT NULL,
    profile jsonb NOT NULL
);

-- Evidence is written once; of a scan only what became of it moves.
DO $$
DECLARE
    application text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON scans, corrections, completion_rules FROM %I', application);
    EXECUTE format('GRANT UPDATE (outcome, reason, attendance_id) ON scans TO %I', application);
    EXECUTE format('REVOKE DELETE, TRUNCATE ON sessions, attendances, completions FROM %I', application);
END $$;
