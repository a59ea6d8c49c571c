-- name: add_job
-- Why: work that outlives its request is a row of the caller's transaction; a key that already waits is not added twice.
INSERT INTO jobs (kind, payload, due_at, key) VALUES ($1, $2, coalesce($3, clock_timestamp()), $4)
ON CONFLICT (kind, key) WHERE state = 'due' AND key IS NOT NULL DO UPDATE SET kind = excluded.kind
RETURNING id;

-- name: lease_job
-- Why: one worker takes the oldest due job that nobody holds; a holder that died is overtaken when its lease ends.
UPDATE jobs SET leased_until = clock_timestamp() + $2::interval, attempts = attempts + 1
WHERE id = (
    SELECT id FROM jobs
    WHERE state = 'due' AND kind = ANY($1::text[]) AND due_at <= clock_timestamp()
      AND (leased_until IS NULL OR leased_until < clock_timestamp())
    ORDER BY due_at FOR UPDATE SKIP LOCKED LIMIT 1
)
RETURNING id, kind, payload, attempts;

-- name: extend_lease
-- Why: a long job keeps its lease as long as its process lives.
UPDATE jobs SET leased_until = clock_timestamp() + $2::interval WHERE id = $1 AND state = 'due';

-- name: finish_job
-- Why: done jobs stay as a record.
UPDATE jobs SET state = 'done', settled_at = clock_timestamp(), leased_until = NULL, error = NULL WHERE id = $1;

-- name: postpone_job
-- Why: a failed attempt is tried again later; after the last one an operator decides.
UPDATE jobs SET error = $2, leased_until = NULL, due_at = clock_timestamp() + $3::interval,
    state = CASE WHEN attempts >= $4 THEN 'failed'::job_state ELSE 'due' END
WHERE id = $1;

-- name: renew_periodic_job
-- Why: periodic work is one row that comes due again.
UPDATE jobs SET leased_until = NULL, attempts = 0, error = NULL, due_at = clock_timestamp() + $2::interval WHERE id = $1;
