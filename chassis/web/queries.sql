-- name: lock_idempotency_key
-- Why: of two requests with one key the second waits here for the reply of the first. Locks of two numbers never meet those of subjects.
SELECT pg_advisory_xact_lock(hashtext('idempotency_keys'), hashtext(:key));

-- name: recorded_response
-- Why: a repeated request gets the reply that the first one got.
SELECT fingerprint, status, location, reply FROM idempotency_keys WHERE subject = :subject AND route = :route AND key = :key;

-- name: record_response
-- Why: the reply is stored in the transaction of the work, so that both exist or neither.
INSERT INTO idempotency_keys (subject, route, key, fingerprint, status, location, reply)
VALUES (:subject, :route, :key, :fingerprint, :status, :location, :reply);

-- name: forget_answers
-- Why: an answer is kept no longer than a client may send its request again.
DELETE FROM idempotency_keys WHERE answered_at < :until;

-- name: subject_version
-- Why: `If-Match` compares the version that somebody decided on with the current one, under the subject's lock.
SELECT version FROM subject_versions WHERE subject = :subject;
