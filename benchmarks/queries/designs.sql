-- name: make_appended
-- Why: every version is a row; by its owner it is counted, and by its subject the cache is filled anew.
CREATE TABLE live.appended (LIKE live.facts);
CREATE INDEX ON live.appended (owner);
CREATE INDEX ON live.appended (subject, kind, version);
