-- name: keep_scans
-- Why: each scan once for ever; the rows back are those not seen before.
INSERT INTO scans (session_id, scanned_by, scan_id, enrollment_id, state, scanned_at, checked_in_at, clock_offset_ms, device_id, device_sequence)
SELECT $1, $2, n.* FROM unnest($3::uuid[], $4::uuid[], $5::attendance_state[], $6::timestamptz[], $7::timestamptz[], $8::bigint[],
    $9::text[], $10::bigint[]) AS n
ON CONFLICT (scan_id) DO NOTHING
RETURNING enrollment_id;

-- name: scans_by_id
-- Why: what became of the scans that were sent, now or long ago.
SELECT scan_id, session_id, enrollment_id, outcome, attendance_id FROM scans WHERE scan_id = ANY($1);

-- name: open_scans_of_enrollment
-- Why: news of an enrollment settles what waited for it.
SELECT DISTINCT session_id FROM scans WHERE enrollment_id = $1 AND attendance_id IS NULL;

-- name: pairs
-- Why: what is known of an enrollment at a session, for the decision.
SELECT p.session_id, p.enrollment_id, s.status AS session_status, s.cohort_id AS session_cohort, e.cohort_id, e.status,
    a.attendance_id IS NOT NULL AS recorded
FROM unnest($1::uuid[], $2::uuid[]) AS p(session_id, enrollment_id)
JOIN sessions s USING (session_id)
LEFT JOIN heard_enrollments e USING (enrollment_id)
LEFT JOIN attendances a USING (session_id, enrollment_id);

-- name: scans_of_pairs
-- Why: every scan of a pair, for the decision.
SELECT session_id, enrollment_id, scan_id, state, checked_in_at FROM scans
JOIN unnest($1::uuid[], $2::uuid[]) AS p(session_id, enrollment_id) USING (session_id, enrollment_id);

-- name: save_attendances
-- Why: one attendance per pair, resting on its standing scan; a person's correction outweighs any scan.
INSERT INTO attendances AS a (attendance_id, session_id, enrollment_id, person_id, state, checked_in_at, scan_id, profile)
SELECT n.attendance_id, s.session_id, s.enrollment_id, e.person_id, s.state, s.checked_in_at, s.scan_id, e.profile
FROM unnest($1::uuid[], $2::uuid[]) AS n(attendance_id, scan_id)
JOIN scans s USING (scan_id) JOIN heard_enrollments e USING (enrollment_id)
ON CONFLICT (session_id, enrollment_id) DO UPDATE SET scan_id = excluded.scan_id, checked_in_at = excluded.checked_in_at,
    state = CASE WHEN a.corrected THEN a.state ELSE excluded.state END
WHERE a.scan_id <> excluded.scan_id
RETURNING attendance_id, enrollment_id, old.attendance_id IS NULL AS is_new;

-- name: settle_scans
-- Why: the outcome of each scan, and the attendance it belongs to.
UPDATE scans s SET outcome = n.outcome, reason = n.reason, attendance_id = (
    SELECT a.attendance_id FROM attendances a WHERE a.session_id = s.session_id AND a.enrollment_id = s.enrollment_id
)
FROM unnest($1::uuid[], $2::scan_outcome[], $3::conflict_reason[]) AS n(scan_id, outcome, reason)
WHERE s.scan_id = n.scan_id AND (s.outcome, s.reason) IS DISTINCT FROM (n.outcome, n.reason);

-- name: attendances_in_full
-- Why: an event carries the attendance's full state, with the session's own start.
SELECT a.attendance_id, a.session_id, s.programme_id, s.cohort_id, a.enrollment_id, a.person_id, s.kind,
    s.starts_at AS session_starts_at, a.state, a.checked_in_at, a.profile
FROM attendances a JOIN sessions s USING (session_id) WHERE a.attendance_id = ANY($1) ORDER BY a.attendance_id;

-- name: attendances_of_session
-- Why: a session that moves takes its attendances along.
SELECT attendance_id FROM attendances WHERE session_id = $1;

-- name: attendance
-- Why: its state and whose session it is, for a correction and its page.
SELECT a.attendance_id, a.session_id, a.enrollment_id, a.state, a.corrected, a.checked_in_at, s.cohort_id, s.title, s.starts_at
FROM attendances a JOIN sessions s USING (session_id) WHERE a.attendance_id = $1;

-- name: add_correction
-- Why: every change is kept, with its author and reason.
INSERT INTO corrections (correction_id, attendance_id, previous_state, state, reason, corrected_by, corrected_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: correct_attendance
-- Why: the state as a person set it right.
UPDATE attendances SET state = $2, corrected = true WHERE attendance_id = $1;

-- name: history_of_attendance
-- Why: who said what and when, first to last.
SELECT s.received_at AS at, s.scanned_by AS author, s.state, s.outcome::text AS outcome, NULL AS reason
FROM scans s WHERE s.attendance_id = $1
UNION ALL
SELECT c.corrected_at, c.corrected_by, c.state, 'corrected', c.reason FROM corrections c WHERE c.attendance_id = $1
ORDER BY at;

-- name: roster
-- Why: who is expected at a session, who came, and who was scanned but is not known here (yet).
SELECT expected.enrollment_id, a.attendance_id, a.state, a.checked_in_at, w.outcome, w.state AS scanned
FROM (
    SELECT e.enrollment_id FROM heard_enrollments e JOIN sessions s USING (cohort_id) WHERE s.session_id = $1 AND e.status = 'accepted'
    UNION SELECT enrollment_id FROM attendances WHERE session_id = $1
    UNION SELECT enrollment_id FROM scans WHERE session_id = $1 AND attendance_id IS NULL
) AS expected
LEFT JOIN attendances a ON a.session_id = $1 AND a.enrollment_id = expected.enrollment_id
LEFT JOIN LATERAL (
    SELECT outcome, state FROM scans w
    WHERE w.session_id = $1 AND w.enrollment_id = expected.enrollment_id AND w.attendance_id IS NULL
    ORDER BY checked_in_at, scan_id LIMIT 1
) AS w ON true
ORDER BY expected.enrollment_id;

-- name: conflicts
-- Why: what scans and records say against each other waits for the coordinator; a correction is the answer.
SELECT w.scan_id, w.session_id, w.enrollment_id, w.state, w.reason, w.checked_in_at, w.received_at, w.device_id, w.scanned_by,
    w.attendance_id, a.state AS recorded_state, s.title, s.starts_at, c.name AS cohort
FROM scans w JOIN sessions s USING (session_id)
LEFT JOIN heard_cohorts c ON c.cohort_id = s.cohort_id
LEFT JOIN attendances a USING (attendance_id)
WHERE w.outcome = 'conflict' AND a.corrected IS NOT TRUE
  AND ($1::text IS NULL OR s.cohort_id IN (SELECT cohort_id FROM heard_assignments WHERE facilitator_id = $1 AND active))
ORDER BY w.received_at DESC LIMIT $2;

-- name: count_conflicts
-- Why: the coordinator sees on the first page that something waits.
SELECT count(*) FROM scans w LEFT JOIN attendances a USING (attendance_id) WHERE w.outcome = 'conflict' AND a.corrected IS NOT TRUE;
