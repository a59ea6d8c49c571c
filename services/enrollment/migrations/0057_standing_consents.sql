-- Consents stand where somebody agreed to the training, and took back neither that nor the consent of a guardian. The list of a past cohort
-- states people who agreed to nothing: nothing was taken back of theirs, and nothing stands.
CREATE OR REPLACE FUNCTION consents_stand(person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM consents WHERE person_id = person AND purpose = 'training' AND withdrawn_at IS NULL)
        AND NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = person)
$$;
COMMENT ON VIEW people_without_consent IS 'People who took back a consent that a seat requires. Those who never agreed are not among them.';
