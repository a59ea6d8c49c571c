-- People who look like one person under two documents. `others` is encrypted under the person's key, so that a copy of the table does not tell who have
-- the same names. It is found anew by a job.
CREATE TABLE similar_people (
    person_id uuid PRIMARY KEY REFERENCES people,
    others bytea NOT NULL,
    found_at timestamptz NOT NULL
);
