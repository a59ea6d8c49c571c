-- name: add_import
-- Why: the sheet waits for its job.
INSERT INTO imports (import_id, requested_by, state, cohort_id, declaration, columns, name, requested_at, expires_at)
VALUES (:import_id, :requested_by, :state, :cohort_id, :declaration, :columns, :name, :requested_at, :expires_at);

-- name: add_file
-- Why: the content has a table of its own, so that lists do not read it.
INSERT INTO import_files (import_id, content) VALUES (:import_id, :content);

-- name: pending_file
-- Why: a job reads the file, and what was shown of it before, if anything; no row is returned once the import is in another state or the file was erased.
SELECT i.declaration, i.columns, i.preview, f.content, i.previewed_at IS NOT NULL AS was_previewed
FROM imports i JOIN import_files f USING (import_id)
WHERE i.import_id = :import_id AND i.state = ANY(:states::text[]);

-- name: add_preview
-- Why: somebody looks at what was understood before anything is written.
UPDATE imports SET state = 'previewed', preview = :preview, previewed_at = :previewed_at
WHERE import_id = :import_id AND state = 'reading';

-- name: previewed
-- Why: what is shown of a sheet, what was declared about it, and whether anything happened since its rows were looked at; no row is returned once it was committed, discarded or erased.
SELECT state, declaration, columns, preview, previewed_at,
    coalesce((SELECT recorded_at FROM outbox ORDER BY era DESC, xid DESC, id DESC LIMIT 1) > previewed_at, false) AS is_outdated
FROM imports WHERE import_id = :import_id AND state = 'previewed' AND erased_at IS NULL;

-- name: read_again
-- Why: the sender answered questions, so the sheet is judged again. The job reads the digests of the former preview.
UPDATE imports SET state = 'reading', declaration = :declaration, columns = :columns, cohort_id = :cohort_id
WHERE import_id = :import_id;

-- name: commit
-- Why: what was previewed is imported now; nobody looks at the preview any more but the job, for its digests.
UPDATE imports SET state = 'queued', expires_at = :expires_at WHERE import_id = :import_id;

-- name: remember_form
-- Why: the next sheet with these headings is understood as this one.
INSERT INTO sheet_forms (form, declaration, columns, remembered_at)
VALUES (:form, :declaration, :columns, clock_timestamp())
ON CONFLICT (form) DO UPDATE
SET declaration = excluded.declaration, columns = excluded.columns, remembered_at = excluded.remembered_at;

-- name: remembered_form
-- Why: a former sheet with these headings was declared so.
SELECT declaration, columns FROM sheet_forms WHERE form = :form;

-- name: start
-- Why: progress needs the number of rows, and whoever corrects a row what it was read by. A resumed import keeps its start.
UPDATE imports
SET state = 'running', rows = :rows, understanding = :understanding, started_at = coalesce(started_at, clock_timestamp())
WHERE import_id = :import_id AND state IN ('queued', 'running');

-- name: running_import
-- Why: a process that lost its job writes no row of an import that was given up or undone meanwhile. The lock is the one that counting rows takes.
SELECT import_id FROM imports WHERE import_id = :import_id AND state = 'running' FOR NO KEY UPDATE;

-- name: finish
-- Why: every row has its outcome, so nobody reads the file any more.
WITH ended AS (
    UPDATE imports SET state = 'done', columns = NULL, preview = NULL, finished_at = clock_timestamp() WHERE import_id = :import_id AND state = 'running'
    RETURNING import_id
)
DELETE FROM import_files f USING ended e WHERE f.import_id = e.import_id;

-- name: fail
-- Why: the file as a whole cannot be imported, for a reason that the sender can read. Nobody reads the file any more.
WITH ended AS (
    UPDATE imports SET state = 'failed', failure = :failure, failure_headings = :headings, columns = NULL, preview = NULL,
        started_at = coalesce(started_at, clock_timestamp()), finished_at = clock_timestamp()
    WHERE import_id = :import_id AND state IN ('queued', 'reading', 'previewed', 'running')
    RETURNING import_id
)
DELETE FROM import_files f USING ended e WHERE f.import_id = e.import_id;

-- name: recorded_rows
-- Why: a resumed import skips the rows that have an outcome.
SELECT tab, line FROM import_rows WHERE import_id = :import_id;

-- name: add_rows
-- Why: outcomes are stored in the transaction of their effects. A second worker on the same rows violates the key and is rolled back.
INSERT INTO import_rows (import_id, tab, line, outcome, new_person, enrollment_id, person_id, faults, cells)
SELECT import_id, tab, line, outcome, new_person, enrollment_id, person_id, faults::jsonb, cells
FROM unnest(
    :import_id::uuid[], :tab::integer[], :line::integer[], :outcome::text[], :new_person::boolean[], :enrollment_id::uuid[],
    :person_id::uuid[], :faults::text[], :cells::bytea[]
) AS r(import_id, tab, line, outcome, new_person, enrollment_id, person_id, faults, cells);

-- name: row_to_correct
-- Why: somebody corrects a row, which is judged again. Whoever corrects one of the import's rows holds its lock.
SELECT cells, CASE outcome WHEN 'review' THEN person_id END AS person_id
FROM import_rows WHERE import_id = :import_id AND tab = :tab AND line = :line;

-- name: correct_row
-- Why: the row has another outcome, in the transaction of its effect.
UPDATE import_rows
SET outcome = :outcome, new_person = :new_person, enrollment_id = :enrollment_id, person_id = :person_id, faults = :faults,
    cells = :cells
WHERE import_id = :import_id AND tab = :tab AND line = :line
RETURNING encode(sha256(cells), 'hex');

-- name: existing_rows
-- Why: a form names rows, of which each has to be one of the import.
SELECT tab, line FROM import_rows
WHERE import_id = :import_id AND (tab, line) IN (SELECT * FROM unnest(:tab::integer[], :line::integer[]));

-- name: row_version
-- Why: of two who correct a row, the second learns that it is another one by now. Its cells are encrypted anew with each correction.
SELECT encode(sha256(cells), 'hex') FROM import_rows WHERE import_id = :import_id AND tab = :tab AND line = :line;

-- name: import_status
-- Why: the sender follows how far the import is.
SELECT i.import_id, i.state, c.name AS cohort, i.name, i.understanding, i.failure, i.failure_headings, i.requested_at, i.started_at, i.finished_at,
    i.expires_at, i.erased_at, i.rows, i.accepted + i.already_enrolled + i.waitlisted + i.review + i.refused + i.undone AS done,
    i.accepted, i.accepted_new_people, i.already_enrolled, i.waitlisted, i.review, i.refused, i.undone
FROM imports i LEFT JOIN cohorts c USING (cohort_id)
WHERE i.import_id = :import_id;

-- name: import_state
-- Why: a job and whoever discards a sheet need nothing else of it, so that one of which the rest cannot be read ends too.
SELECT state FROM imports WHERE import_id = :import_id AND erased_at IS NULL;

-- name: is_uncommitted
-- Why: a sheet that nobody committed is discarded, and one that could not be read for its preview is erased too.
SELECT EXISTS (
    SELECT FROM imports WHERE import_id = :import_id AND erased_at IS NULL AND expires_at < requested_at + :retention::interval
);

-- name: imports
-- Why: this is the coordinator's list; the view of the list sorts and limits it. A sheet that was discarded failed in nothing.
SELECT import_id, CASE WHEN failure ->> 'code' = 'import_discarded' THEN 'discarded' ELSE state END AS state, name, requested_at, rows,
    accepted, already_enrolled, waitlisted, review, refused
FROM imports;

-- name: outcomes
-- Why: the sender reads what became of each row; the view of the list sorts and limits it.
SELECT tab * 100000 + line AS place, tab, line, outcome, enrollment_id, person_id, faults, encode(sha256(cells), 'hex') AS version
FROM import_rows WHERE import_id = :import_id;

-- name: noted_rows
-- Why: somebody reads what was not kept of rows that were taken, and of which.
SELECT n.fault, count(*) AS rows, (array_agg(ARRAY[r.tab + 1, r.line] ORDER BY r.tab, r.line))[:(:most::integer)][:] AS places
FROM import_rows r CROSS JOIN LATERAL jsonb_array_elements(r.faults) AS n(fault)
WHERE r.import_id = :import_id AND r.outcome = ANY(:outcomes::text[])
GROUP BY n.fault ORDER BY rows DESC, n.fault;

-- name: rows_needing_attention
-- Why: somebody has to correct or decide these rows, which are shown with the cells as they came.
SELECT tab, line, outcome, person_id, faults, cells, encode(sha256(cells), 'hex') AS version
FROM import_rows
WHERE import_id = :import_id AND outcome IN ('refused', 'review') AND cells IS NOT NULL
    AND (tab, line) > (:after_tab::integer, :after_line::integer)
ORDER BY tab, line LIMIT :limit;

-- name: erase
-- Why: what an office sent is stored for thirty days, rows that wait for a decision for longer, or until a person in it is erased; counts and
-- outcomes stay.
WITH file AS (DELETE FROM import_files WHERE import_id = ANY(:import_ids::uuid[])),
    cells AS (UPDATE import_rows SET cells = NULL WHERE import_id = ANY(:import_ids::uuid[]) AND cells IS NOT NULL)
UPDATE imports
SET name = NULL, columns = NULL, understanding = NULL, preview = NULL, failure_headings = NULL,
    erased_at = clock_timestamp()
WHERE import_id = ANY(:import_ids::uuid[]) AND erased_at IS NULL;

-- name: keep_waiting
-- Why: what was typed is not lost while somebody has to decide whose it is. No row is returned where none waits, or for too long.
WITH waiting AS (
    SELECT import_id FROM imports i
    WHERE import_id = :import_id AND erased_at IS NULL AND state NOT IN ('undoing', 'undone') AND requested_at + :kept::interval > :now
        AND EXISTS (SELECT FROM import_rows r WHERE r.import_id = i.import_id AND r.outcome = 'review' AND r.cells IS NOT NULL)
), others AS (
    UPDATE import_rows r SET cells = NULL FROM waiting w
    WHERE r.import_id = w.import_id AND r.outcome <> 'review' AND r.cells IS NOT NULL
)
UPDATE imports i SET expires_at = i.requested_at + :kept FROM waiting w WHERE i.import_id = w.import_id RETURNING true;

-- name: under_way
-- Why: the rows of a sheet that is read or waits to be committed are not stored yet, so nobody can tell whom they name.
SELECT import_id, state, requested_at
FROM imports
WHERE state IN ('queued', 'reading', 'previewed', 'running') AND erased_at IS NULL
ORDER BY requested_at, import_id;

-- name: stored_sheets
-- Why: somebody asks which sheets name them; the name of a file and its headings may.
SELECT import_id, requested_at, expires_at, name, understanding, failure_headings FROM imports WHERE erased_at IS NULL ORDER BY requested_at, import_id;

-- name: stored_rows
-- Why: a row names somebody by its outcome, or by its cells if it was not imported.
SELECT r.import_id, r.person_id = ANY(:person_ids::uuid[]) AS is_known, r.cells
FROM imports i JOIN import_rows r USING (import_id)
WHERE i.erased_at IS NULL AND (r.person_id = ANY(:person_ids::uuid[]) OR r.cells IS NOT NULL);

-- name: obstacles
-- Why: an import is undone only where nothing depends on what it gave, or has changed it since. A row has a line for each of these. Nobody enrolls
-- or consents on the ground of what the list of a past cohort states.
SELECT r.tab, r.line, r.enrollment_id, r.person_id, o.obstacle, o.attendance_id, e.cohort_id
FROM import_rows r JOIN enrollments e USING (enrollment_id) JOIN people p ON p.person_id = r.person_id
CROSS JOIN LATERAL (
    SELECT 'attendance' AS obstacle, attendance_id FROM known_attendances WHERE enrollment_id = r.enrollment_id
    UNION ALL SELECT 'completion', NULL FROM known_completions WHERE enrollment_id = r.enrollment_id AND achieved
    UNION ALL SELECT 'withdrawn', NULL WHERE e.status = 'withdrawn'
    UNION ALL SELECT 'enrolled_again', NULL WHERE e.status <> 'withdrawn' AND e.import_id IS DISTINCT FROM r.import_id
    UNION ALL (SELECT 'enrollment', NULL FROM enrollments f WHERE e.stated IS NULL AND f.person_id = r.person_id AND f.application_number > e.application_number
        AND f.status <> 'withdrawn' AND f.import_id IS DISTINCT FROM r.import_id LIMIT 1)
    UNION ALL (SELECT 'consent', NULL FROM consents n WHERE e.stated IS NULL AND n.person_id = r.person_id AND n.recorded_at > e.recorded_at
        AND n.withdrawn_at IS NULL AND n.import_id IS DISTINCT FROM r.import_id LIMIT 1)
    UNION ALL SELECT 'correction', NULL WHERE p.rectified_at > e.recorded_at
    UNION ALL (SELECT 'merge', NULL FROM people m WHERE m.counted_as = r.person_id AND m.recorded_at > e.recorded_at LIMIT 1)
    UNION ALL SELECT 'erasure', NULL FROM erasures WHERE person_id = r.person_id
) o
WHERE r.import_id = :import_id AND r.outcome IN ('accepted', 'waitlisted')
    AND (:person_ids::uuid[] IS NULL OR r.person_id = ANY(:person_ids::uuid[]))
ORDER BY r.tab, r.line;

-- name: recorded_since_undone
-- Why: sessions recorded attendance before it heard that the import was undone: somebody has to look whether these people take part.
SELECT r.tab, r.line, r.enrollment_id, r.person_id, h.obstacle, h.attendance_id, e.cohort_id
FROM import_rows r JOIN enrollments e USING (enrollment_id)
CROSS JOIN LATERAL (
    SELECT 'attendance' AS obstacle, attendance_id FROM known_attendances WHERE enrollment_id = r.enrollment_id
    UNION ALL SELECT 'completion', NULL FROM known_completions WHERE enrollment_id = r.enrollment_id AND achieved
) h
WHERE r.import_id = :import_id AND r.outcome = 'undone' AND e.status = 'withdrawn'
ORDER BY r.tab, r.line;

-- name: rows_to_undo
-- Why: these rows gave a seat or a place. Who waits comes first, so that nobody of the import moves up to a seat that it gives back.
SELECT r.tab, r.line, r.enrollment_id, r.person_id, e.cohort_id, e.status, e.stated IS NOT NULL AS is_stated,
    coalesce(p.document_digest, p.shared_document_digest) AS document_digest
FROM import_rows r JOIN enrollments e USING (enrollment_id) JOIN people p ON p.person_id = r.person_id
WHERE r.import_id = :import_id AND r.outcome IN ('accepted', 'waitlisted')
    AND (:person_ids::uuid[] IS NULL OR r.person_id = ANY(:person_ids::uuid[]))
ORDER BY e.status <> 'waitlisted', r.tab, r.line;

-- name: consents_to_undo
-- Why: whoever undoes an import sees before how many consents it withdraws.
SELECT count(*) FROM consents WHERE import_id = :import_id AND withdrawn_at IS NULL AND person_id <> ALL(:kept::uuid[]) AND person_id IN (
    SELECT person_id FROM import_rows WHERE import_id = :import_id AND outcome IN ('accepted', 'waitlisted'));

-- name: undo_rows
-- Why: the outcome of a row tells that what it gave was withdrawn, in the same transaction.
UPDATE import_rows r SET outcome = 'undone', new_person = false
FROM unnest(:tab::integer[], :line::integer[]) AS undone(tab, line)
WHERE r.import_id = :import_id AND r.tab = undone.tab AND r.line = undone.line AND r.outcome IN ('accepted', 'waitlisted');

-- name: begin_undoing
-- Why: the import is undone by a job. Why it failed, if it did, counts no more.
UPDATE imports SET state = 'undoing', failure = NULL WHERE import_id = :import_id;

-- name: finish_undoing
-- Why: what can be undone is.
UPDATE imports SET state = 'undone' WHERE import_id = :import_id AND state = 'undoing';
