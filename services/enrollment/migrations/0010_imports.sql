-- A sheet that an office sent. `name` (of the file) and `headings` are ciphertext under the import's own key, as are its content
-- and the rows that were not taken; the key is destroyed on `expires_at`, and with it everything but the counts.
CREATE TABLE imports (
    import_id uuid PRIMARY KEY,
    requested_by text NOT NULL,
    cohort_id uuid REFERENCES cohorts,
    ubigeo_scheme text CHECK (ubigeo_scheme IN ('inei', 'reniec')),
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed')),
    rows integer CHECK (rows >= 0),
    name bytea,
    headings bytea,
    failure jsonb CHECK ((failure IS NOT NULL) = (state = 'failed')),
    requested_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'failed'))),
    expires_at timestamptz NOT NULL,
    erased_at timestamptz
);
CREATE INDEX imports_by_time ON imports (requested_at, import_id);

CREATE TABLE import_files (
    import_id uuid PRIMARY KEY REFERENCES imports,
    content bytea NOT NULL
);

-- What became of each row, written in the transaction that took it: a row that stands here is never judged again. `cells` are
-- kept, as ciphertext, only of rows that somebody has to look at. `detail` and `remedy` are message ids.
CREATE TABLE import_rows (
    import_id uuid NOT NULL REFERENCES imports,
    line integer NOT NULL CHECK (line > 0),
    outcome text NOT NULL CHECK (outcome IN ('accepted', 'waitlisted', 'already_enrolled', 'review', 'refused')),
    new_person boolean NOT NULL DEFAULT false CHECK (outcome = 'accepted' OR NOT new_person),
    enrollment_id uuid,
    person_id uuid,
    column_number integer,
    field text,
    code text,
    detail text,
    remedy text,
    cells bytea,
    judged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (import_id, line),
    CHECK ((code IS NOT NULL) = (outcome = 'refused'))
);
