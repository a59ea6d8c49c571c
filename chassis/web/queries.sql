-- name: lock_idempotency_key
-- Why: two requests with one key: the second waits here for the first one's answer. (Two-number locks never meet the subjects' locks.)
SELECT pg_advisory_xact_lock(hashtext('idempotency_keys'), hashtext($1));

-- name: answer
-- Why: what this request was told before, if it was here before.
SELECT fingerprint, status, location, reply FROM idempotency_keys WHERE subject = $1 AND route = $2 AND key = $3;

-- name: keep_answer
-- Why: kept in the transaction of the work itself: both are there, or neither.
INSERT INTO idempotency_keys (subject, route, key, fingerprint, status, location, reply) VALUES ($1, $2, $3, $4, $5, $6, $7);
