-- name: looked_at
-- Why: every answer says as of when it holds.
SELECT looked_at FROM publisher;

-- name: published_by
-- Why: a public answer is read from the public state and from nothing else.
SELECT dimension, member, value, lower, upper, status FROM published WHERE indicator = $1 AND dimension = ANY($2::text[]);

-- name: published_totals
-- Why: the public page's headline reads them all at once, with the place in the stream from which to follow them.
SELECT indicator, value, lower, upper, status FROM published WHERE dimension = 'total';

-- name: live_sums
-- Why: finer slices, for those who may see them, straight from the cells. $2 null: each programme; $6 false: an estimate, kept per list.
SELECT c.measure, (c.slice || jsonb_build_object('programme', c.scope)) - $7::text[] AS members, sum(c.n)::bigint AS n
FROM cells c
WHERE c.measure = ANY($1::text[])
  AND (c.scope = $2 OR $2 IS NULL AND c.scope <> 'all')
  AND c.slice ->> 'month' BETWEEN $4 AND $5
  AND ($6::boolean OR c.slice - 'month' - $3::text[] = '{}' AND c.slice ?& $3::text[])
GROUP BY 1, 2
HAVING sum(c.n) <> 0;
