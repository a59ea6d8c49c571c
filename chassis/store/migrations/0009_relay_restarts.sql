-- A relay that is sent back to the beginning during its first batch stood there already; the number of restarts tells it.
ALTER TABLE relay_cursor ADD COLUMN restarts integer NOT NULL DEFAULT 0;
