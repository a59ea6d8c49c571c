-- name: replicate_attendance
-- Why: an enrollment with attendance is not undone with its import, and a delegate follows how often members came. An older version never
-- replaces a newer one.
INSERT INTO known_attendances (attendance_id, version, enrollment_id, state) VALUES (:attendance_id, :version, :enrollment_id, :state)
ON CONFLICT (attendance_id) DO UPDATE SET version = excluded.version, enrollment_id = excluded.enrollment_id, state = excluded.state
WHERE known_attendances.version < excluded.version;

-- name: replicate_completion
-- Why: an enrollment with a completion is not undone with its import. An older version never replaces a newer one.
INSERT INTO known_completions (completion_id, version, enrollment_id, achieved) VALUES (:completion_id, :version, :enrollment_id, :achieved)
ON CONFLICT (completion_id) DO UPDATE
SET version = excluded.version, enrollment_id = excluded.enrollment_id, achieved = excluded.achieved
WHERE known_completions.version < excluded.version;

-- name: replicate_sessions
-- Why: people are reminded of their sessions and told when one moves, and the public reads what comes next. An older version never replaces a newer one.
INSERT INTO known_sessions (session_id, version, programme_id, cohort_id, kind, title, district, place, starts_at, ends_at, status)
SELECT * FROM unnest(:session_id::uuid[], :version::bigint[], :programme_id::uuid[], :cohort_id::uuid[], :kind::text[], :title::text[], :district::text[],
    :place::text[], :starts_at::timestamptz[], :ends_at::timestamptz[], :status::text[])
ON CONFLICT (session_id) DO UPDATE SET version = excluded.version, programme_id = excluded.programme_id, cohort_id = excluded.cohort_id,
    kind = excluded.kind, title = excluded.title, district = excluded.district, place = excluded.place, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, status = excluded.status
WHERE known_sessions.version < excluded.version;

-- name: replicate_withdrawal
-- Why: a person is shown since when each service follows the withdrawal of a consent. An older version never replaces a newer one.
INSERT INTO known_withdrawals (consent_id, service, version, applied_at) VALUES (:consent_id, :service, :version, :applied_at)
ON CONFLICT (consent_id, service) DO UPDATE SET version = excluded.version, applied_at = excluded.applied_at
WHERE known_withdrawals.version < excluded.version;
