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
-- Why: finer slices, for those who may see them, straight from what each owner adds. $2 null: each programme; $6 false: an estimate, kept per list.
SELECT a.measure, (a.slice || jsonb_build_object('month', m.month, 'programme', a.scope)) - $7::text[] AS members, sum(m.n::bigint)::bigint AS n
FROM contributions, jsonb_to_recordset(added::jsonb) AS a(measure text, scope text, slice jsonb, months jsonb), jsonb_each_text(a.months) AS m(month, n)
WHERE a.measure = ANY($1::text[])
  AND (a.scope = $2 OR $2 IS NULL AND a.scope <> 'all')
  AND m.month BETWEEN $4 AND $5
  AND ($6::boolean OR a.slice - $3::text[] = '{}' AND a.slice ?& $3::text[])
GROUP BY 1, 2
HAVING sum(m.n::bigint) <> 0;
