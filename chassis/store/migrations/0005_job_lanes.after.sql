-- Workers of the former release looked for the oldest due job of all kinds.
DROP INDEX jobs_due;
