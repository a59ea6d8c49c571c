-- The kind of job that redrives dead letters is spelled as the table is.
UPDATE jobs SET kind = 'dead_letters.redrive' WHERE kind = 'deadletters.redrive';
