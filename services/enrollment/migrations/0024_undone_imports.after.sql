-- What the former release imported can be undone like the rest, but for the consents, of which nobody can tell where they were given. Whoever
-- withdrew while it ran did so themselves.
UPDATE enrollments e SET import_id = r.import_id
FROM import_rows r
WHERE r.enrollment_id = e.enrollment_id AND r.outcome IN ('accepted', 'waitlisted') AND r.recorded_at >= e.recorded_at
    AND e.status <> 'withdrawn' AND e.import_id IS NULL;
UPDATE enrollments e SET person_withdrew_at = withdrawn_at
WHERE status = 'withdrawn' AND person_withdrew_at IS NULL
    AND NOT EXISTS (SELECT FROM import_rows r WHERE r.enrollment_id = e.enrollment_id AND r.outcome = 'undone');
