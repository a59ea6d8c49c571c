-- name: lock_subjects
-- Why: whoever versions a subject holds its lock first; the order is the caller's, the same for everybody.
SELECT pg_advisory_xact_lock(hashtextextended(subject, 0)) FROM unnest($1::text[]) WITH ORDINALITY AS s(subject, n) ORDER BY n;

-- name: try_leadership
-- Why: one relay, one contribution updater, one publisher at a time; the lock dies with its connection.
SELECT pg_try_advisory_lock(hashtextextended('leadership/' || $1, 0));
