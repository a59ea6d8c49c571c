-- name: add_job
-- Why: work that outlives its request is a row of the caller's transaction; with a key that already waits, no second row is added.
INSERT INTO jobs (kind, payload, due_at, key) VALUES (:kind, :payload, coalesce(:due_at, clock_timestamp()), :key)
ON CONFLICT (kind, key) WHERE state = 'due' AND key IS NOT NULL DO UPDATE SET kind = excluded.kind
RETURNING id;

-- name: lease_jobs
-- Why: every lane with free places takes its oldest due jobs that no worker holds; a job of a dead worker is taken over when its lease ends, and the death is counted.
-- The CTE is materialized because a join that ran it again would lock more rows than there are free places.
WITH taken AS MATERIALIZED (
    SELECT job.id FROM unnest(:kinds::text[], :places::integer[]) AS lane(kind, places)
    CROSS JOIN LATERAL (
        SELECT id FROM jobs
        WHERE jobs.kind = lane.kind AND state = 'due' AND due_at <= clock_timestamp()
          AND (leased_until IS NULL OR leased_until < clock_timestamp())
        ORDER BY due_at LIMIT lane.places FOR UPDATE SKIP LOCKED
    ) AS job
)
UPDATE jobs SET leased_until = clock_timestamp() + :duration::interval, lease = gen_random_uuid(), attempts = attempts + 1,
    deaths = deaths + (leased_until IS NOT NULL)::integer
FROM taken WHERE jobs.id = taken.id
RETURNING jobs.id, jobs.kind, jobs.payload, jobs.attempts, jobs.deaths, jobs.lease;

-- name: extend_lease
-- Why: a long job keeps its lease as long as its worker lives; no row means that another worker has taken the job over.
UPDATE jobs SET leased_until = clock_timestamp() + :duration::interval
WHERE id = :id AND lease = :lease AND state = 'due' RETURNING id;

-- name: finish_job
-- Why: done jobs stay as a record; only the holder of the lease may write it.
UPDATE jobs SET state = 'done', settled_at = clock_timestamp(), leased_until = NULL, lease = NULL, error = NULL
WHERE id = :id AND lease = :lease AND state = 'due' RETURNING id;

-- name: postpone_job
-- Why: a failed attempt is repeated after a pause.
UPDATE jobs SET error = :error, leased_until = NULL, lease = NULL, due_at = clock_timestamp() + :pause::interval
WHERE id = :id AND lease = :lease AND state = 'due' RETURNING id;

-- name: give_up_job
-- Why: after its last attempt a job stays as failed, for an operator to see and decide.
UPDATE jobs SET state = 'failed', settled_at = clock_timestamp(), error = :error, leased_until = NULL, lease = NULL
WHERE id = :id AND lease = :lease AND state = 'due' RETURNING id;

-- name: release_job
-- Why: a worker that is told to stop gives its jobs back at once, and the attempt does not count.
UPDATE jobs SET leased_until = NULL, lease = NULL, attempts = attempts - 1 WHERE id = :id AND lease = :lease AND state = 'due';

-- name: renew_periodic_job
-- Why: periodic work is one row that comes due again.
UPDATE jobs SET leased_until = NULL, lease = NULL, attempts = 0, deaths = 0, error = NULL, due_at = clock_timestamp() + :period::interval
WHERE id = :id AND lease = :lease AND state = 'due' RETURNING id;

-- name: count_jobs
-- Why: the metrics show what waits, runs and has failed in each lane; done jobs are left out because they are never deleted.
SELECT kind, count(*) AS number,
    CASE WHEN leased_until > clock_timestamp() THEN 'running' WHEN due_at > clock_timestamp() THEN 'scheduled' ELSE 'due' END AS state
FROM jobs WHERE state = 'due' GROUP BY 1, 3
UNION ALL
SELECT kind, count(*), 'failed' FROM jobs WHERE state = 'failed' GROUP BY kind;

-- name: failed_jobs
-- Why: an operator is told of each job that was given up; its payload may name people and stays here.
SELECT id, kind, error, attempts, deaths, added_at, settled_at FROM jobs WHERE state = 'failed' ORDER BY settled_at, id;

-- name: retry_failed_jobs
-- Why: once its cause is removed, a failed job begins anew. Of one key only one may wait, so its newest failure is taken, and none where one waits.
UPDATE jobs SET state = 'due', attempts = 0, deaths = 0, settled_at = NULL, due_at = clock_timestamp()
WHERE state = 'failed' AND id IN (
    SELECT DISTINCT ON (kind, coalesce(key, id::text)) id FROM jobs AS failed
    WHERE state = 'failed' AND (id = :id OR :id::uuid IS NULL) AND NOT EXISTS (
        SELECT FROM jobs AS waiting WHERE waiting.state = 'due' AND waiting.kind = failed.kind AND waiting.key = failed.key
    )
    ORDER BY kind, coalesce(key, id::text), settled_at DESC
)
RETURNING id;
