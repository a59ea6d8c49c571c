-- name: latest_change
-- Why: who comes without a place in the stream follows from now on.
SELECT coalesce(max(sequence), 0) FROM changes;

-- name: changes_after
-- Why: one poll for all readers, and the way back in for one who was away.
SELECT sequence, published_at, indicator, definition_version, dimension, member, value, lower, upper, status
FROM changes WHERE sequence > $1 ORDER BY sequence LIMIT $2;
