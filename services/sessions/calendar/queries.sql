-- name: session
-- Why: A decision needs the session's current state.
SELECT session_id, programme_id, cohort_id, module_id, kind, title, district, place, starts_at, ends_at, required, status
FROM sessions WHERE session_id = :session_id;

-- name: add_session
-- Why: Planning a session adds it to the calendar.
INSERT INTO sessions (session_id, programme_id, cohort_id, module_id, kind, title, district, place, starts_at, ends_at, required, status)
VALUES (:session_id, :programme_id, :cohort_id, :module_id, :kind, :title, :district, :place, :starts_at, :ends_at, :required, :status);

-- name: update_session
-- Why: Rescheduling, cancelling and holding change time, place and status, nothing else.
UPDATE sessions SET starts_at = :starts_at, ends_at = :ends_at, place = :place, status = :status WHERE session_id = :session_id;

-- name: sessions
-- Why: Lists of sessions are limited by cohort, by period (end exclusive) and by facilitator. They show how many attended and how many scans wait.
SELECT s.session_id, s.programme_id, s.cohort_id, s.module_id, s.kind, s.title, s.district, s.place, s.starts_at, s.ends_at,
    s.required, s.status, m.title AS module,
    (SELECT count(*) FROM attendances a WHERE a.session_id = s.session_id AND a.state = ANY(:attended::attendance_state[])) AS attended,
    (SELECT count(*) FROM scans w WHERE w.session_id = s.session_id AND w.outcome = 'waiting') AS waiting
FROM sessions s LEFT JOIN known_modules m USING (module_id)
WHERE (:cohort_id::uuid IS NULL OR s.cohort_id = :cohort_id)
  AND (:from_instant::timestamptz IS NULL OR s.starts_at >= :from_instant)
  AND (:to_instant::timestamptz IS NULL OR s.starts_at < :to_instant)
  AND (:facilitator_id::text IS NULL
       OR s.cohort_id IN (SELECT cohort_id FROM known_assignments WHERE facilitator_id = :facilitator_id AND active));

-- name: sessions_of_facilitator
-- Why: The facilitator's first page shows recent sessions, those of today and those to come.
SELECT s.session_id, s.title, s.place, s.district, s.starts_at, s.ends_at, s.status, c.name AS cohort,
    (SELECT count(*) FROM attendances a WHERE a.session_id = s.session_id AND a.state = ANY(:attended::attendance_state[])) AS attended,
    (SELECT count(*) FROM known_enrollments e WHERE e.cohort_id = s.cohort_id AND e.status = 'accepted') AS expected
FROM sessions s
JOIN known_assignments f ON f.cohort_id = s.cohort_id AND f.facilitator_id = :facilitator_id AND f.active
LEFT JOIN known_cohorts c ON c.cohort_id = s.cohort_id
WHERE s.status <> 'cancelled' AND s.starts_at >= :from_instant AND s.starts_at < :to_instant
ORDER BY s.starts_at, s.session_id;

-- name: cohorts
-- Why: The coordinator's first page lists every cohort with counts of its sessions.
SELECT c.cohort_id, c.programme_id, c.name, p.code || ' ' || p.title AS programme,
    coalesce(n.planned, 0) AS planned, coalesce(n.held, 0) AS held, n.next_at, coalesce(d.complete, false) AS plan_complete
FROM known_cohorts c LEFT JOIN known_programmes p USING (programme_id)
LEFT JOIN (
    SELECT cohort_id, count(*) FILTER (WHERE status <> 'cancelled') AS planned, count(*) FILTER (WHERE status = 'held') AS held,
        min(starts_at) FILTER (WHERE status = 'scheduled' AND ends_at > clock_timestamp()) AS next_at
    FROM sessions GROUP BY cohort_id
) n USING (cohort_id)
LEFT JOIN LATERAL (
    SELECT complete FROM plan_declarations p WHERE p.cohort_id = c.cohort_id ORDER BY number DESC LIMIT 1
) d ON true;
