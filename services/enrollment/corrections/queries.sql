-- name: add_correction
-- Why: what was there before a correction is kept with its author and reason.
INSERT INTO content_changes (change_id, subject_id, field, former, corrected, reason, changed_by, changed_at)
VALUES (:change_id, :subject_id, :field, :former, :corrected, :reason, :changed_by, :changed_at);

-- name: corrections
-- Why: a page shows what was corrected of a thing and of its parts, newest first.
SELECT c.change_id, m.title AS module, c.field, c.former, c.corrected, c.reason, c.changed_by, c.changed_at
FROM content_changes c LEFT JOIN modules m ON m.module_id = c.subject_id
WHERE c.subject_id = ANY(:subjects::uuid[]) ORDER BY c.changed_at DESC, c.change_id;
