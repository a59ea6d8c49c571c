-- name: session
-- Why: its state, before and after every decision.
SELECT session_id, programme_id, cohort_id, module_id, kind, title, district, place, starts_at, ends_at, required, status
FROM sessions WHERE session_id = $1;

-- name: add_session
-- Why: a session is planned.
INSERT INTO sessions (session_id, programme_id, cohort_id, module_id, kind, title, district, place, starts_at, ends_at, required, status)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: change_session
-- Why: what a reschedule, a cancellation or the holding changes.
UPDATE sessions SET starts_at = $2, ends_at = $3, place = $4, status = $5 WHERE session_id = $1;

-- name: find_sessions
-- Why: lists of sessions by cohort, by day (from $2, before $3), or of one facilitator ($4).
SELECT s.session_id, s.programme_id, s.cohort_id, s.module_id, s.kind, s.title, s.district, s.place, s.starts_at, s.ends_at,
    s.required, s.status
FROM sessions s
WHERE ($1::uuid IS NULL OR s.cohort_id = $1)
  AND ($2::timestamptz IS NULL OR s.starts_at >= $2) AND ($3::timestamptz IS NULL OR s.starts_at < $3)
  AND ($4::text IS NULL OR s.cohort_id IN (SELECT cohort_id FROM heard_assignments WHERE facilitator_id = $4 AND active))
ORDER BY s.starts_at, s.session_id;

-- name: calendar_of_cohort
-- Why: the coordinator's calendar, with how many came and what waits.
SELECT s.session_id, s.kind, s.title, s.district, s.place, s.starts_at, s.ends_at, s.required, s.status, m.title AS module,
    (SELECT count(*) FROM attendances a WHERE a.session_id = s.session_id AND a.state = ANY($2::attendance_state[])) AS attended,
    (SELECT count(*) FROM scans w WHERE w.session_id = s.session_id AND w.outcome = 'waiting') AS waiting
FROM sessions s LEFT JOIN heard_modules m USING (module_id) WHERE s.cohort_id = $1 ORDER BY s.starts_at, s.session_id;

-- name: sessions_of_facilitator
-- Why: the facilitator's start: what is today, what was lately and what comes.
SELECT s.session_id, s.title, s.kind, s.place, s.district, s.starts_at, s.ends_at, s.status, c.name AS cohort,
    (SELECT count(*) FROM attendances a WHERE a.session_id = s.session_id AND a.state = ANY($4::attendance_state[])) AS attended,
    (SELECT count(*) FROM heard_enrollments e WHERE e.cohort_id = s.cohort_id AND e.status = 'accepted') AS expected
FROM sessions s
JOIN heard_assignments f ON f.cohort_id = s.cohort_id AND f.facilitator_id = $1 AND f.active
LEFT JOIN heard_cohorts c ON c.cohort_id = s.cohort_id
WHERE s.status <> 'cancelled' AND s.starts_at >= $2 AND s.starts_at < $3
ORDER BY s.starts_at, s.session_id;
