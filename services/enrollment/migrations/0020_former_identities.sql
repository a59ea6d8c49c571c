-- What identified a person before a correction, under the person's key: sheets may name them so, and an erasure has to find these. It removes
-- what stands here too.
CREATE TABLE former_identities (
    former_identity_id uuid PRIMARY KEY DEFAULT uuidv7(),
    person_id uuid NOT NULL REFERENCES people,
    identity bytea NOT NULL
);
CREATE INDEX former_identities_of_person ON former_identities (person_id);
