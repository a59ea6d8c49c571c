-- What people ask for their own data. `asked` is encrypted under the person's key, and empty once it is answered; `fields` are the names of
-- what was asked to be corrected.
CREATE TABLE data_requests (
    request_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people,
    kind text NOT NULL CHECK (kind IN ('correction', 'erasure')),
    fields text[] NOT NULL,
    asked bytea,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'granted', 'refused')),
    reason text,
    asked_at timestamptz NOT NULL,
    answer_by date NOT NULL,
    decided_by text,
    decided_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    CHECK ((state = 'waiting') = (decided_at IS NULL)),
    CHECK (state = 'waiting' OR asked IS NULL)
);
CREATE UNIQUE INDEX data_requests_waiting ON data_requests (person_id, kind) WHERE state = 'waiting';
CREATE INDEX data_requests_of_person ON data_requests (person_id);
CREATE INDEX data_requests_by_day ON data_requests (answer_by);
