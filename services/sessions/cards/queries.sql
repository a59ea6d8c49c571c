-- name: enrollments_with_code
-- Why: Somebody whose card cannot be scanned is found by its last characters among the people of the session's cohort.
SELECT enrollment_id FROM known_enrollments
WHERE cohort_id = :cohort_id AND right(replace(enrollment_id::text, '-', ''), length(:code::text)) = :code
ORDER BY enrollment_id LIMIT 2;

-- name: scanned_card
-- Why: The answer at the door says what became of a scan, and what is on record of the person at the session.
SELECT s.scan_id, s.session_id, s.enrollment_id, s.outcome, s.reason, a.attendance_id, a.state, a.checked_in_at, e.status AS seat
FROM scans s
LEFT JOIN attendances a USING (session_id, enrollment_id)
LEFT JOIN known_enrollments e USING (enrollment_id)
WHERE s.scan_id = :scan_id AND s.session_id = :session_id;

-- name: count_checked_in
-- Why: The page at the door says how many of the cohort's people came so far.
SELECT count(*) FROM attendances WHERE session_id = :session_id AND state = ANY(:attended::attendance_state[]);
