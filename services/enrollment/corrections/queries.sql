-- name: add_correction
-- Why: what was there before a correction is kept with its author and reason.
INSERT INTO content_changes (change_id, programme_id, module_id, cohort_id, field, former, corrected, reason, changed_by, changed_at)
VALUES (:change_id, :programme_id, :module_id, :cohort_id, :field, :former, :corrected, :reason, :changed_by, :changed_at);

-- name: corrections_of_programme
-- Why: a programme's page shows what was corrected of it and of its modules, newest first.
SELECT c.change_id, m.title AS module, c.field, c.former, c.corrected, c.reason, c.changed_by, c.changed_at
FROM content_changes c LEFT JOIN modules m USING (module_id)
WHERE c.programme_id = :programme_id AND c.cohort_id IS NULL ORDER BY c.changed_at DESC, c.change_id;

-- name: corrections_of_cohort
-- Why: a cohort's page shows what was corrected of it, newest first.
SELECT change_id, NULL AS module, field, former, corrected, reason, changed_by, changed_at
FROM content_changes WHERE cohort_id = :cohort_id ORDER BY changed_at DESC, change_id;
