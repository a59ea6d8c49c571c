-- name: people_of_document
-- Why: somebody is recognized by their date of birth among those of the document. It is looked up twice, because for an OR the planner would
-- read a young table from end to end.
SELECT person_id, identity, registered_at FROM people WHERE document_digest = :document_digest
UNION ALL SELECT person_id, identity, registered_at FROM people WHERE shared_document_digest = :document_digest
ORDER BY registered_at;

-- name: count_try
-- Why: whoever guesses a date of birth has ten tries a day, in all processes together and also after a restart.
INSERT INTO own_data_tries AS kept (document_digest, tries, forgotten_at) VALUES (:document_digest, 1, clock_timestamp() + :kept::interval)
ON CONFLICT (document_digest) DO UPDATE SET
    tries = CASE WHEN kept.forgotten_at > clock_timestamp() THEN kept.tries + 1 ELSE 1 END,
    forgotten_at = CASE WHEN kept.forgotten_at > clock_timestamp() THEN kept.forgotten_at ELSE excluded.forgotten_at END
RETURNING tries, ceil(extract(epoch FROM forgotten_at - clock_timestamp()))::integer AS seconds_left;

-- name: forget_tries
-- Why: which documents were looked for is kept no longer than the tries are counted.
DELETE FROM own_data_tries WHERE forgotten_at <= clock_timestamp();

-- name: is_own_enrollment
-- Why: nobody answers the offer of somebody else.
SELECT EXISTS (SELECT FROM enrollments WHERE enrollment_id = :enrollment_id AND person_id = ANY(:person_ids::uuid[]));
