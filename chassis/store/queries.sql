-- name: lock_subjects
-- Why: A transaction that versions a subject takes its lock first; all transactions take the locks in the same order.
SELECT pg_advisory_xact_lock(hashtextextended(subject, 0)) FROM unnest(:subjects::text[]) WITH ORDINALITY AS s(subject, n) ORDER BY n;

-- name: try_leadership
-- Why: There is one relay, one contribution updater, one publisher at a time; the lock ends with its connection.
SELECT pg_try_advisory_lock(hashtextextended('leadership/' || :name, 0));
