-- A person is a pseudonymous id. `identity` (names, document, birth date, contact) is ciphertext under the person's key, which
-- lies in another database. The document is found by a keyed blind index; names by blind blocking keys, each shared by many.
-- Erasing a person destroys the key and empties both indexes.
CREATE TABLE people (
    person_id uuid PRIMARY KEY,
    document_index bytea UNIQUE,
    identity bytea NOT NULL,
    name_blocks bytea[] NOT NULL,
    profile jsonb NOT NULL,
    registered_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX people_by_name ON people USING gin (name_blocks);

-- One consent per purpose and version of its text stands at a time; one that was taken back stays on record.
CREATE TABLE consents (
    consent_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people,
    purpose text NOT NULL,
    text_version text NOT NULL,
    given_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE UNIQUE INDEX consents_standing ON consents (person_id, purpose, text_version) WHERE withdrawn_at IS NULL;
CREATE INDEX consents_of_person ON consents (person_id);

-- `profile` is who the person was on that day, as the event carries it. `place` is the order in which people asked.
CREATE TABLE enrollments (
    enrollment_id uuid PRIMARY KEY,
    cohort_id uuid NOT NULL REFERENCES cohorts,
    person_id uuid NOT NULL REFERENCES people,
    organization_id uuid REFERENCES organizations,
    status text NOT NULL CHECK (status IN ('requested', 'accepted', 'waitlisted', 'withdrawn')),
    place bigint GENERATED ALWAYS AS IDENTITY,
    accepted_at timestamptz CHECK (accepted_at IS NOT NULL OR status <> 'accepted'),
    withdrawn_at timestamptz CHECK ((withdrawn_at IS NOT NULL) = (status = 'withdrawn')),
    profile jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (cohort_id, person_id)
);
CREATE INDEX enrollments_by_seat ON enrollments (cohort_id, status, place);
CREATE INDEX enrollments_of_person ON enrollments (person_id);
CREATE INDEX enrollments_of_organization ON enrollments (organization_id) WHERE organization_id IS NOT NULL;
