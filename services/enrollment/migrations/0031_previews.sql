-- When the rows of a preview were judged; NULL for a sheet that was sent without one.
ALTER TABLE imports ADD COLUMN previewed_at timestamptz;
UPDATE imports SET previewed_at = requested_at WHERE state IN ('queued', 'previewed', 'running');
