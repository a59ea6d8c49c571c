-- name: add_import
-- Why: the sheet waits for its job.
INSERT INTO imports (import_id, requested_by, cohort_id, ubigeo_scheme, name, requested_at, expires_at)
VALUES (:import_id, :requested_by, :cohort_id, :ubigeo_scheme, :name, :requested_at, :expires_at);

-- name: add_file
-- Why: the content has a table of its own, so that lists do not read it.
INSERT INTO import_files (import_id, content) VALUES (:import_id, :content);

-- name: pending_file
-- Why: the job reads the file; no row is returned once the import has ended or the file was erased.
SELECT i.cohort_id, i.ubigeo_scheme, f.content
FROM imports i JOIN import_files f USING (import_id)
WHERE i.import_id = :import_id AND i.state IN ('queued', 'running');

-- name: start
-- Why: progress needs the number of rows, and a download the headings. A resumed import keeps its start.
UPDATE imports SET state = 'running', rows = :rows, headings = :headings, started_at = coalesce(started_at, clock_timestamp())
WHERE import_id = :import_id;

-- name: finish
-- Why: every row has its outcome, so nobody reads the file any more.
WITH ended AS (
    UPDATE imports SET state = 'done', finished_at = clock_timestamp() WHERE import_id = :import_id AND state = 'running'
    RETURNING import_id
)
DELETE FROM import_files f USING ended e WHERE f.import_id = e.import_id;

-- name: fail
-- Why: the file as a whole cannot be imported, for a reason that the sender can read. Nobody reads the file any more.
WITH ended AS (
    UPDATE imports SET state = 'failed', failure = :failure, started_at = coalesce(started_at, clock_timestamp()),
        finished_at = clock_timestamp()
    WHERE import_id = :import_id AND state IN ('queued', 'running')
    RETURNING import_id
)
DELETE FROM import_files f USING ended e WHERE f.import_id = e.import_id;

-- name: recorded_lines
-- Why: a resumed import skips the rows that have an outcome.
SELECT line FROM import_rows WHERE import_id = :import_id;

-- name: add_row
-- Why: the outcome is stored in the transaction of its effect. A second worker on the same row violates the key and is rolled back.
INSERT INTO import_rows (
    import_id, line, outcome, new_person, enrollment_id, person_id, column_number, field, code, detail, remedy, cells
) VALUES (
    :import_id, :line, :outcome, :new_person, :enrollment_id, :person_id, :column_number, :field, :code, :detail, :remedy, :cells
);

-- name: import_status
-- Why: the sender follows how far the import is.
SELECT i.import_id, i.state, c.name AS cohort, i.name, i.headings, i.failure, i.requested_at, i.started_at, i.finished_at,
    i.expires_at, i.erased_at, i.rows, i.accepted + i.already_enrolled + i.waitlisted + i.review + i.refused AS done,
    i.accepted, i.accepted_new_people, i.already_enrolled, i.waitlisted, i.review, i.refused
FROM imports i LEFT JOIN cohorts c USING (cohort_id)
WHERE i.import_id = :import_id;

-- name: imports
-- Why: this is the coordinator's list; the view of the list sorts and limits it.
SELECT import_id, state, name, requested_at, rows, accepted, refused FROM imports;

-- name: outcomes
-- Why: the sender reads what became of each row; the view of the list sorts and limits it.
SELECT line, outcome, enrollment_id, column_number, field, code, detail, remedy FROM import_rows WHERE import_id = :import_id;

-- name: rows_needing_attention
-- Why: somebody has to correct or decide these rows, which are shown with the cells as they came.
SELECT line, outcome, person_id, column_number, field, code, detail, remedy, cells
FROM import_rows WHERE import_id = :import_id AND outcome IN ('refused', 'review') AND cells IS NOT NULL
ORDER BY line LIMIT :limit;

-- name: erase
-- Why: what an office sent is stored for thirty days, or until a person in it is erased; counts and outcomes stay.
WITH file AS (DELETE FROM import_files WHERE import_id = ANY(:import_ids::uuid[])),
    cells AS (UPDATE import_rows SET cells = NULL WHERE import_id = ANY(:import_ids::uuid[]) AND cells IS NOT NULL)
UPDATE imports SET name = NULL, headings = NULL, erased_at = clock_timestamp()
WHERE import_id = ANY(:import_ids::uuid[]) AND erased_at IS NULL;

-- name: is_under_way
-- Why: the rows of a sheet that is being read are not stored yet, so nobody can tell whom they name.
SELECT EXISTS (SELECT FROM imports WHERE state IN ('queued', 'running') AND erased_at IS NULL);

-- name: stored_sheets
-- Why: somebody asks which sheets name them; the name of a file and its headings may.
SELECT import_id, requested_at, expires_at, name, headings FROM imports WHERE erased_at IS NULL ORDER BY requested_at, import_id;

-- name: stored_rows
-- Why: a row names somebody by its outcome, or by its cells if it was not imported.
SELECT r.import_id, r.person_id = ANY(:person_ids::uuid[]) AS is_known, r.cells
FROM imports i JOIN import_rows r USING (import_id)
WHERE i.erased_at IS NULL AND (r.person_id = ANY(:person_ids::uuid[]) OR r.cells IS NOT NULL);
