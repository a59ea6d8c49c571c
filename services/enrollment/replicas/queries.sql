-- name: replicate_attendance
-- Why: an enrollment with attendance is not undone with its import. An older version never replaces a newer one.
INSERT INTO known_attendances (attendance_id, version, enrollment_id) VALUES (:attendance_id, :version, :enrollment_id)
ON CONFLICT (attendance_id) DO UPDATE SET version = excluded.version, enrollment_id = excluded.enrollment_id
WHERE known_attendances.version < excluded.version;

-- name: replicate_completion
-- Why: an enrollment with a completion is not undone with its import. An older version never replaces a newer one.
INSERT INTO known_completions (completion_id, version, enrollment_id, achieved) VALUES (:completion_id, :version, :enrollment_id, :achieved)
ON CONFLICT (completion_id) DO UPDATE
SET version = excluded.version, enrollment_id = excluded.enrollment_id, achieved = excluded.achieved
WHERE known_completions.version < excluded.version;
