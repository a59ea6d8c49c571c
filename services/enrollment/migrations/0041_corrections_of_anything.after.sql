-- The former release wrote no subject until it ended.
UPDATE content_changes SET subject_id = coalesce(cohort_id, module_id, programme_id) WHERE subject_id IS NULL;
ALTER TABLE content_changes ALTER COLUMN subject_id SET NOT NULL, DROP COLUMN programme_id, DROP COLUMN module_id, DROP COLUMN cohort_id;
