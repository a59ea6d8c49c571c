-- name: take_stale_indicators
-- Why: the publisher takes the marks it sees; what moves after comes with a new mark.
DELETE FROM stale_indicators RETURNING indicator;

-- name: published_indicators
-- Why: an indicator that was never published is due as soon as its sources are read.
SELECT DISTINCT indicator FROM published WHERE dimension = 'total';

-- name: freshness
-- Why: every figure says how far each source was read. A topic is read to its end when all its partitions are.
SELECT topic, max(read_up_to) AS read_up_to, CASE WHEN bool_and(caught_up_at IS NOT NULL) THEN min(caught_up_at) END AS caught_up_at
FROM projection_offsets WHERE projection = $1
GROUP BY topic HAVING max(read_up_to) IS NOT NULL OR bool_and(caught_up_at IS NOT NULL);

-- name: names
-- Why: programmes, cohorts and campaigns are members of lists from the moment they are known, by name.
SELECT kind AS dimension, subject::text AS member, coalesce(body::jsonb ->> 'title', body::jsonb ->> 'name') AS name, body::jsonb ->> 'code' AS code
FROM facts WHERE kind IN ('programme', 'cohort', 'campaign')
ORDER BY name, member;

-- name: public_sums
-- Why: one look at an indicator's margins gives its total and every list by one dimension.
SELECT measure, dimension, member, n FROM margins WHERE measure = ANY($1::text[]);

-- name: published_lists
-- Why: only what differs from the public state is a change.
SELECT dimension, member, value, lower, upper, status FROM published WHERE indicator = $1;

-- name: append_changes
-- Why: every change has its place in one order, which all readers follow.
INSERT INTO changes (indicator, definition_version, dimension, member, value, lower, upper, status)
SELECT $1, $2, c.* FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::cell_status[]) AS c
RETURNING sequence, published_at, dimension, member, value, status;

-- name: publish
-- Why: the public state follows its changes in the same transaction.
INSERT INTO published (indicator, dimension, member, value, lower, upper, status, sequence)
SELECT indicator, dimension, member, value, lower, upper, status, sequence FROM changes WHERE sequence = ANY($1::bigint[])
ON CONFLICT (indicator, dimension, member) DO UPDATE
SET value = excluded.value, lower = excluded.lower, upper = excluded.upper, status = excluded.status, sequence = excluded.sequence;

-- name: looked
-- Why: public figures are as of the publisher's last look at the cells.
INSERT INTO publisher (looked_at) VALUES (clock_timestamp()) ON CONFLICT (singleton) DO UPDATE SET looked_at = excluded.looked_at;
