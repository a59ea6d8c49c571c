-- Names the current lease of a job, so that a worker that has lost its lease can record nothing about the job.
ALTER TABLE jobs ADD COLUMN lease uuid;

-- Each lane finds its own due jobs, however many of another kind wait.
CREATE INDEX jobs_due_of_kind ON jobs (kind, due_at) WHERE state = 'due';

-- The metrics count failed jobs every ten seconds.
CREATE INDEX jobs_failed ON jobs (kind) WHERE state = 'failed';
