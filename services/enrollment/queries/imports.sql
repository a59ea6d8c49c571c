-- name: import_add
-- Why: the sheet waits for its job.
INSERT INTO imports (import_id, requested_by, cohort_id, ubigeo_scheme, name, requested_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: import_add_file
-- Why: the content lies apart, so that lists do not carry it.
INSERT INTO import_files (import_id, content) VALUES ($1, $2);

-- name: import_cohort_exists
-- Why: a file sent for a cohort that is not there is refused at once.
SELECT EXISTS (SELECT FROM cohorts WHERE cohort_id = $1);

-- name: import_file
-- Why: what the job works on; nothing once the import has ended or expired.
SELECT i.cohort_id, i.ubigeo_scheme, f.content
FROM imports i JOIN import_files f USING (import_id)
WHERE i.import_id = $1 AND i.state IN ('queued', 'running');

-- name: import_cohorts
-- Why: sheets name cohorts as people do.
SELECT cohort_id, name FROM cohorts;

-- name: import_organizations
-- Why: sheets name organizations as people do.
SELECT organization_id, name FROM organizations;

-- name: import_start
-- Why: progress needs the number of rows, and a download the headings; a resumed import keeps its start.
UPDATE imports SET state = 'running', rows = $2, headings = $3, started_at = coalesce(started_at, clock_timestamp())
WHERE import_id = $1;

-- name: import_finish
-- Why: every row has its outcome.
UPDATE imports SET state = 'done', finished_at = clock_timestamp() WHERE import_id = $1 AND state = 'running';

-- name: import_fail
-- Why: the file as a whole cannot be taken, for a reason that the sender can read.
UPDATE imports SET state = 'failed', failure = $2, started_at = coalesce(started_at, clock_timestamp()),
    finished_at = clock_timestamp()
WHERE import_id = $1 AND state IN ('queued', 'running');

-- name: import_judged_lines
-- Why: a resumed import passes over what was judged before.
SELECT line FROM import_rows WHERE import_id = $1;

-- name: import_add_row
-- Why: the outcome stands in the transaction of its effect; a second judge of the same row breaks on the key and undoes its own.
INSERT INTO import_rows (
    import_id, line, outcome, new_person, enrollment_id, person_id, column_number, field, code, detail, remedy, cells
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: import_status
-- Why: the answer to how far an import is; every count is counted from its rows.
SELECT i.*, c.name AS cohort, counts.*
FROM imports i
LEFT JOIN cohorts c USING (cohort_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS done,
        count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
        count(*) FILTER (WHERE new_person) AS accepted_new_people,
        count(*) FILTER (WHERE outcome = 'already_enrolled') AS already_enrolled,
        count(*) FILTER (WHERE outcome = 'waitlisted') AS waitlisted,
        count(*) FILTER (WHERE outcome = 'review') AS review,
        count(*) FILTER (WHERE outcome = 'refused') AS refused
    FROM import_rows r WHERE r.import_id = i.import_id
) counts
WHERE i.import_id = $1;

-- name: import_list
-- Why: the coordinator's list, the latest first.
SELECT i.import_id, i.state, i.rows, i.name, i.requested_at, i.erased_at, c.name AS cohort, counts.*
FROM imports i
LEFT JOIN cohorts c USING (cohort_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS done,
        count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
        count(*) FILTER (WHERE outcome = 'refused') AS refused
    FROM import_rows r WHERE r.import_id = i.import_id
) counts
WHERE ($1::uuid IS NULL OR (i.requested_at, i.import_id) < (SELECT requested_at, import_id FROM imports WHERE import_id = $1))
ORDER BY i.requested_at DESC, i.import_id DESC LIMIT $2;

-- name: import_rows_after
-- Why: outcomes page by page, in the sheet's order.
SELECT line, outcome, enrollment_id, column_number, field, code, detail, remedy
FROM import_rows WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT $3;

-- name: import_rows_to_look_at
-- Why: what somebody has to correct or decide, with the cells as they came.
SELECT line, outcome, column_number, field, code, detail, remedy, cells
FROM import_rows WHERE import_id = $1 AND outcome IN ('refused', 'review') ORDER BY line LIMIT $2;

-- name: import_erase
-- Why: what an office sent is kept for thirty days; counts and outcomes stay.
WITH file AS (DELETE FROM import_files WHERE import_id = $1),
    cells AS (UPDATE import_rows SET cells = NULL WHERE import_id = $1 AND cells IS NOT NULL)
UPDATE imports SET name = NULL, headings = NULL, erased_at = clock_timestamp() WHERE import_id = $1;
