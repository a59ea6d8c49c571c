-- What was corrected of a cohort is kept as that of its programme is.
ALTER TABLE content_changes ADD COLUMN cohort_id uuid REFERENCES cohorts;
CREATE INDEX content_changes_of_cohort ON content_changes (cohort_id, changed_at) WHERE cohort_id IS NOT NULL;
