-- No worker of the former release writes to the former names any more.
DROP VIEW heard_programmes, heard_modules, heard_cohorts, heard_assignments, heard_enrollments;
