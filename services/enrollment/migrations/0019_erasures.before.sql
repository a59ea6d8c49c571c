-- A person who was erased: why and when, and when the keys were destroyed under which the data were stored. The row in `people` keeps
-- the pseudonym and the profile for what was counted, and loses identity, both digests of the document, and those of the names.
CREATE TABLE erasures (
    person_id uuid PRIMARY KEY REFERENCES people,
    reason text NOT NULL,
    erased_at timestamptz NOT NULL,
    keys_destroyed_at timestamptz
);
ALTER TABLE people ALTER COLUMN identity DROP NOT NULL;
