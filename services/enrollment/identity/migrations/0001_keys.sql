-- One key per subject (a person, an import), wrapped by the master key. Destroying the row erases the subject.
CREATE TABLE keys (
    subject uuid PRIMARY KEY,
    wrapped bytea NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
