-- name: published_lists
-- Why: only a figure that differs from the public one is a change.
SELECT indicator, dimension, member, value, lower, upper, status FROM published WHERE indicator = :indicator;

-- name: published_by
-- Why: a public answer is read from the public figures only.
SELECT indicator, dimension, member, value, lower, upper, status FROM published WHERE indicator = :indicator AND dimension = ANY(:dimensions::text[]);

-- name: published_totals
-- Why: the public page shows all totals; an indicator without one is published as soon as its sources have been read.
SELECT indicator, dimension, member, value, lower, upper, status FROM published WHERE dimension = 'total';

-- name: append_changes
-- Why: all changes have one order, which all readers follow.
INSERT INTO changes (indicator, definition_version, dimension, member, value, lower, upper, status)
SELECT :indicator, :definition_version, c.*
FROM unnest(:dimensions::text[], :members::text[], :values::bigint[], :lowers::bigint[], :uppers::bigint[], :statuses::cell_status[]) AS c
RETURNING sequence, published_at, indicator, dimension, member, value, lower, upper, status;

-- name: publish
-- Why: the public figures follow their changes in the same transaction.
INSERT INTO published (indicator, dimension, member, value, lower, upper, status, sequence)
SELECT indicator, dimension, member, value, lower, upper, status, sequence FROM changes WHERE sequence = ANY(:sequences::bigint[])
ON CONFLICT (indicator, dimension, member) DO UPDATE
SET value = excluded.value, lower = excluded.lower, upper = excluded.upper, status = excluded.status, sequence = excluded.sequence;

-- name: set_looked_at
-- Why: public figures are as of the publisher's last look at the cells.
INSERT INTO publisher (looked_at) VALUES (clock_timestamp()) ON CONFLICT (singleton) DO UPDATE SET looked_at = excluded.looked_at;

-- name: looked_at
-- Why: every answer says as of when it holds.
SELECT looked_at FROM publisher;

-- name: latest_change
-- Why: a reader of the stream that names no change follows from now on.
SELECT coalesce(max(sequence), 0) FROM changes;

-- name: changes_after
-- Why: one poll serves all readers; a reader that was disconnected for long reads the older changes itself.
SELECT sequence, published_at, indicator, dimension, member, value, lower, upper, status
FROM changes WHERE sequence > :sequence ORDER BY sequence LIMIT :limit;
