-- name: add_scans
-- Why: Each scan is stored once for ever. Only scans that were not stored before are returned.
INSERT INTO scans (session_id, scanned_by, scan_id, enrollment_id, state, scanned_at, checked_in_at, clock_offset_ms, device_id, device_sequence, from_list)
SELECT :session_id, :scanned_by, n.scan_id, n.enrollment_id, n.state, n.scanned_at, n.checked_in_at, n.clock_offset_ms, n.device_id, n.device_sequence, n.from_list
FROM unnest(:scan_id::uuid[], :enrollment_id::uuid[], :state::attendance_state[], :scanned_at::timestamptz[], :checked_in_at::timestamptz[],
    :clock_offset_ms::bigint[], :device_id::text[], :device_sequence::bigint[], :from_list::boolean[])
    AS n(scan_id, enrollment_id, state, scanned_at, checked_in_at, clock_offset_ms, device_id, device_sequence, from_list)
ON CONFLICT (scan_id) DO NOTHING
RETURNING enrollment_id;

-- name: scans_by_id
-- Why: A device is answered with the outcome of each scan that it sent, now or long ago.
SELECT scan_id, session_id, enrollment_id, outcome, attendance_id FROM scans WHERE scan_id = ANY(:scan_ids);

-- name: enrollments_with_outdated_scans
-- Why: A scan without attendance is decided again by a newer version of its enrollment, whichever of the two was here first.
SELECT DISTINCT e.cohort_id, e.enrollment_id FROM scans s JOIN known_enrollments e USING (enrollment_id)
WHERE s.attendance_id IS NULL AND s.outcome <> 'undone' AND s.seat_version < e.version ORDER BY e.enrollment_id;

-- name: sessions_with_outdated_scans
-- Why: Under the locks of a cohort and an enrollment, only the scans of that seat are decided; the next look finds a person who moved to another cohort.
SELECT DISTINCT s.session_id FROM scans s JOIN known_enrollments e USING (enrollment_id)
WHERE s.enrollment_id = :enrollment_id AND e.cohort_id = :cohort_id AND s.attendance_id IS NULL
    AND s.outcome <> 'undone' AND s.seat_version < e.version;

-- name: enrollments_with_open_scans
-- Why: A session that moved or was cancelled is another one to the scans that wait or are in conflict.
SELECT DISTINCT enrollment_id FROM scans WHERE session_id = :session_id AND outcome IN ('waiting', 'conflict');

-- name: cases
-- Why: The decision needs the session's status and day, the seat, and whether an attendance is recorded. One that rests on an undone scan is not.
SELECT k.session_id, k.enrollment_id, s.status AS session_status, s.cohort_id AS session_cohort, s.starts_at AS session_starts_at, e.cohort_id, e.status, e.version,
    EXISTS (SELECT FROM scans f WHERE f.scan_id = a.scan_id AND f.outcome <> 'undone') AS recorded
FROM unnest(:session_ids::uuid[], :enrollment_ids::uuid[]) AS k(session_id, enrollment_id)
JOIN sessions s USING (session_id)
LEFT JOIN known_enrollments e USING (enrollment_id)
LEFT JOIN attendances a USING (session_id, enrollment_id);

-- name: scans_of_cases
-- Why: The decision needs every scan of an enrollment at a session that was not taken back.
SELECT session_id, enrollment_id, scan_id, state, checked_in_at, received_at, from_list FROM scans
JOIN unnest(:session_ids::uuid[], :enrollment_ids::uuid[]) AS k(session_id, enrollment_id) USING (session_id, enrollment_id)
WHERE outcome <> 'undone';

-- name: is_attended
-- Why: A session that somebody attended took place, so that it moves to no day to come.
SELECT EXISTS (SELECT FROM attendances WHERE session_id = :session_id AND state = ANY(:attended::attendance_state[]));

-- name: save_attendances
-- Why: An enrollment has one attendance at a session, which rests on the accepted scan. A person's correction outweighs any scan.
INSERT INTO attendances AS a (attendance_id, session_id, enrollment_id, person_id, state, checked_in_at, scan_id, profile)
SELECT n.attendance_id, s.session_id, s.enrollment_id, e.person_id, s.state, s.checked_in_at, s.scan_id, e.profile
FROM unnest(:attendance_ids::uuid[], :scan_ids::uuid[]) AS n(attendance_id, scan_id)
JOIN scans s USING (scan_id) JOIN known_enrollments e USING (enrollment_id)
ON CONFLICT (session_id, enrollment_id) DO UPDATE SET scan_id = excluded.scan_id, checked_in_at = excluded.checked_in_at,
    state = CASE WHEN a.corrected THEN a.state ELSE excluded.state END
WHERE a.scan_id <> excluded.scan_id
RETURNING attendance_id, enrollment_id, old.attendance_id IS NULL AS is_new;

-- name: update_scan_outcomes
-- Why: A decided scan has an outcome, the version of the seat that decided it and, if there is one that rests on a scan, an attendance.
UPDATE scans s SET outcome = n.outcome, reason = n.reason, seat_version = n.seat_version, attendance_id = (
    SELECT a.attendance_id FROM attendances a JOIN scans f ON f.scan_id = a.scan_id AND f.outcome <> 'undone'
    WHERE a.session_id = s.session_id AND a.enrollment_id = s.enrollment_id
)
FROM unnest(:scan_id::uuid[], :outcome::scan_outcome[], :reason::conflict_reason[], :seat_version::integer[])
    AS n(scan_id, outcome, reason, seat_version)
WHERE s.scan_id = n.scan_id AND (s.outcome, s.reason, s.seat_version) IS DISTINCT FROM (n.outcome, n.reason, n.seat_version);

-- name: scan
-- Why: What is undone is a scan of the page's session.
SELECT scan_id, session_id, enrollment_id, outcome, attendance_id FROM scans WHERE session_id = :session_id AND scan_id = :scan_id;

-- name: outcome_of_scan
-- Why: two people may decide the same scan, so the second is judged by what the first made of it.
SELECT outcome FROM scans WHERE scan_id = :scan_id;

-- name: state_of_scan
-- Why: a person who was there is recorded as the scan says it.
SELECT state FROM scans WHERE scan_id = :scan_id;

-- name: undo_scan
-- Why: A scan that was taken back stays on record and decides nothing. It is returned only when it was not taken back before.
UPDATE scans SET outcome = 'undone', reason = NULL WHERE scan_id = :scan_id AND outcome <> 'undone' RETURNING scan_id;

-- name: empty_attendance
-- Why: When the scan is undone that an attendance rests on, and no other one founds it, nobody was there, unless a person said so.
UPDATE attendances a SET state = 'absent'
WHERE a.session_id = :session_id AND a.enrollment_id = :enrollment_id AND NOT a.corrected AND a.state <> 'absent'
  AND EXISTS (SELECT FROM scans s WHERE s.scan_id = a.scan_id AND s.outcome = 'undone')
RETURNING a.attendance_id, old.state AS previous_state;

-- name: attendances_in_full
-- Why: An event carries the attendance's full state, with the session's current start.
SELECT a.attendance_id, a.session_id, s.programme_id, s.cohort_id, a.enrollment_id, a.person_id, s.kind,
    s.starts_at AS session_starts_at, a.state, a.checked_in_at, a.profile
FROM attendances a JOIN sessions s USING (session_id) WHERE a.attendance_id = ANY(:attendance_ids) ORDER BY a.attendance_id;

-- name: corrected_enrollments
-- Why: The profile of these enrollments was corrected, which attendance and completion follow.
SELECT enrollment_id, e.cohort_id FROM corrected_profiles JOIN known_enrollments e USING (enrollment_id) ORDER BY enrollment_id;

-- name: lock_enrollment
-- Why: A profile that is corrected again meanwhile waits, and is followed again.
SELECT FROM known_enrollments WHERE enrollment_id = :enrollment_id FOR UPDATE;

-- name: correct_profiles
-- Why: What was attended since the seat was given has the profile that is right. What was attended by an earlier seat keeps the profile of its day.
UPDATE attendances a SET profile = e.profile
FROM known_enrollments e JOIN sessions s ON true
WHERE e.enrollment_id = :enrollment_id AND a.enrollment_id = e.enrollment_id AND s.session_id = a.session_id
    AND a.profile <> e.profile AND (e.accepted_at IS NULL OR s.ends_at >= e.accepted_at)
RETURNING a.attendance_id;

-- name: finish_correction
-- Why: Attendance and completion have followed.
DELETE FROM corrected_profiles WHERE enrollment_id = :enrollment_id;

-- name: attendance_ids_of_session
-- Why: An attendance's event carries its session's start, so it is announced again when the session moves.
SELECT attendance_id FROM attendances WHERE session_id = :session_id;

-- name: attendance
-- Why: A correction and its page need the state, and the session that decides who may see it.
SELECT a.attendance_id, a.session_id, a.enrollment_id, a.state, s.cohort_id, s.title, s.starts_at
FROM attendances a JOIN sessions s USING (session_id) WHERE a.attendance_id = :attendance_id;

-- name: add_correction
-- Why: Every correction is kept with its author and reason, which names nobody.
INSERT INTO corrections (correction_id, attendance_id, previous_state, state, reason, corrected_by, corrected_at)
VALUES (:correction_id, :attendance_id, :previous_state, :state, :reason, :corrected_by, :corrected_at);

-- name: correct_attendance
-- Why: The corrected state replaces the state of the scan.
UPDATE attendances SET state = :state, corrected = true WHERE attendance_id = :attendance_id;

-- name: history_of_attendance
-- Why: The correction's page shows every scan and correction, first to last.
SELECT s.received_at AS at, s.scanned_by AS author, s.state, NULL AS reason
FROM scans s WHERE s.attendance_id = :attendance_id
UNION ALL
SELECT c.corrected_at, c.corrected_by, c.state, c.reason FROM corrections c WHERE c.attendance_id = :attendance_id
ORDER BY at;

-- name: roster
-- Why: The roster lists the accepted enrollments, the recorded attendances, and people scanned without either. Who was scanned on a day that cannot have been is still expected.
SELECT expected.enrollment_id, a.attendance_id, a.state, a.checked_in_at, w.outcome, w.state AS scanned
FROM (
    SELECT e.enrollment_id FROM known_enrollments e JOIN sessions s USING (cohort_id)
    WHERE s.session_id = :session_id AND e.status = 'accepted'
    UNION SELECT enrollment_id FROM attendances WHERE session_id = :session_id
    UNION SELECT enrollment_id FROM scans
    WHERE session_id = :session_id AND attendance_id IS NULL AND outcome <> 'undone' AND coalesce(reason NOT IN ('session_to_come', 'far_from_session'), true)
) AS expected
LEFT JOIN attendances a ON a.session_id = :session_id AND a.enrollment_id = expected.enrollment_id
LEFT JOIN LATERAL (
    SELECT outcome, state FROM scans w
    WHERE w.session_id = :session_id AND w.enrollment_id = expected.enrollment_id AND w.attendance_id IS NULL AND w.outcome <> 'undone'
      AND coalesce(w.reason NOT IN ('session_to_come', 'far_from_session'), true)
    ORDER BY checked_in_at, scan_id LIMIT 1
) AS w ON true
ORDER BY expected.enrollment_id;

-- name: conflicts
-- Why: The coordinator decides conflicts by correcting the attendance. A facilitator sees those of the own cohorts.
SELECT w.scan_id, w.received_at, w.session_id, w.enrollment_id, w.state, w.reason, w.checked_in_at, w.attendance_id, a.state AS recorded_state,
    s.title, s.starts_at, c.name AS cohort
FROM scans w JOIN sessions s USING (session_id)
LEFT JOIN known_cohorts c ON c.cohort_id = s.cohort_id
LEFT JOIN attendances a USING (attendance_id)
WHERE w.outcome = 'conflict' AND a.corrected IS NOT TRUE
  AND (:facilitator_id::text IS NULL
       OR s.cohort_id IN (SELECT cohort_id FROM known_assignments WHERE facilitator_id = :facilitator_id AND active));

-- name: count_conflicts
-- Why: The coordinator's first page says how many conflicts are open.
SELECT count(*) FROM scans w LEFT JOIN attendances a USING (attendance_id) WHERE w.outcome = 'conflict' AND a.corrected IS NOT TRUE;
