-- Whoever enrolls somebody without seeing the person of that document registers a person apart: the document stays with whom it is
-- known by, and the person apart has it as `shared_document_index`. `counted_as` is the other person if both are one, by the
-- merge of this id; without it the coordination compares them. Erasing a person empties this index too.
ALTER TABLE people ADD COLUMN shared_document_index bytea, ADD COLUMN counted_as uuid REFERENCES people, ADD COLUMN merge_id uuid UNIQUE;
CREATE INDEX people_apart ON people (shared_document_index) WHERE shared_document_index IS NOT NULL;
CREATE INDEX people_counted_as ON people (counted_as) WHERE counted_as IS NOT NULL;

-- Whether each consent that a seat requires, of those once given, still stands: names are shown to facilitators and delegates by it.
CREATE FUNCTION consents_stand(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT FROM consents WHERE person_id = person AND purpose IN ('training', 'guardian')
        GROUP BY purpose HAVING bool_and(withdrawn_at IS NOT NULL))
$$;
