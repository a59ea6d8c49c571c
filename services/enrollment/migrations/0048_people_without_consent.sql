-- People of whom, for one of the purposes that a seat requires, no consent that was given still stands. A list asks for all of its people at
-- once; `consents_stand` asks for one, and is called for each row.
CREATE INDEX consents_withdrawn ON consents (person_id) WHERE withdrawn_at IS NOT NULL;
CREATE VIEW people_without_consent AS
    SELECT w.person_id FROM consents w
    WHERE w.purpose IN ('training', 'guardian') AND w.withdrawn_at IS NOT NULL
      AND NOT EXISTS (SELECT FROM consents s WHERE s.person_id = w.person_id AND s.purpose = w.purpose AND s.withdrawn_at IS NULL);
CREATE OR REPLACE FUNCTION consents_stand(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = person)
$$;
