-- As whom people are counted. Completions of a merge whose version is not `decided_version` are decided by a job, also of those who were counted
-- with the person before (`decided_as`).
CREATE TABLE known_merges (
    merge_id uuid PRIMARY KEY,
    version integer NOT NULL,
    person_id uuid NOT NULL UNIQUE,
    counted_as uuid NOT NULL,
    decided_version integer NOT NULL DEFAULT 0,
    decided_as uuid
);
CREATE INDEX known_merges_counted_as ON known_merges (counted_as);
CREATE INDEX known_merges_to_decide ON known_merges (merge_id) WHERE version > decided_version;

-- Until 0002 has ended in a new database, `known_enrollments` is a view of a table with the former name.
DO $$
BEGIN
    EXECUTE format('CREATE INDEX known_enrollments_of_person ON %s (person_id)', coalesce(to_regclass('heard_enrollments'), 'known_enrollments'));
END $$;

CREATE FUNCTION counted_together(person uuid) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    WITH counted AS (SELECT coalesce((SELECT counted_as FROM known_merges WHERE person_id = person), person) AS counted_as)
    SELECT counted_as FROM counted UNION SELECT m.person_id FROM known_merges m JOIN counted USING (counted_as)
$$;
