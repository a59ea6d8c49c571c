-- What is corrected is named by its own id alone, whatever it is; what was not stated before, or is not now, is null.
ALTER TABLE content_changes ALTER COLUMN programme_id DROP NOT NULL, ALTER COLUMN former DROP NOT NULL, ALTER COLUMN corrected DROP NOT NULL,
    ADD COLUMN subject_id uuid;
UPDATE content_changes SET subject_id = coalesce(cohort_id, module_id, programme_id);
CREATE INDEX content_changes_of_subject ON content_changes (subject_id, changed_at);
