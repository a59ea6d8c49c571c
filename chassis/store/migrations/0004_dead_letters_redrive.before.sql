-- The kind of the job that redrives dead letters is spelled as their table is.
UPDATE jobs SET kind = 'dead_letters.redrive' WHERE kind = 'deadletters.redrive';
