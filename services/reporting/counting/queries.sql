-- name: next_batches
-- Why: several batches are counted in one round, so that an owner in several of them is counted once. A batch of an uncommitted transaction comes in a later round.
WITH taken AS (SELECT queue_id, owners FROM dirty_batches ORDER BY queue_id LIMIT :limit)
SELECT (SELECT array_agg(queue_id) FROM taken) AS batches, (SELECT array_agg(owner) FROM (SELECT DISTINCT unnest(owners) FROM taken) AS each(owner)) AS owners
WHERE EXISTS (SELECT FROM taken);

-- name: batches_exist
-- Why: a round goes on only where its batches exist. Reading them locks the table against a swap of the generations until the transaction ends.
SELECT count(*) = cardinality(:batches::uuid[]) FROM dirty_batches WHERE queue_id = ANY(:batches::uuid[]);

-- name: is_counted
-- Why: a trace ends with the publication of figures that count its event, so once no batch is left of those that were projected before.
SELECT NOT EXISTS (SELECT FROM dirty_batches);

-- name: remove_batches
-- Why: a round removes the batches whose owners it has counted; batches that came during the round stay.
DELETE FROM dirty_batches WHERE queue_id = ANY(:batches::uuid[]);

-- name: contributions_of_owners
-- Why: the margins move by the difference to what an owner added when it was counted last. What was deducted for one who was merged may have to change too.
SELECT owner, added, deduction_for FROM contributions WHERE owner = ANY(:owners::uuid[])
UNION ALL
SELECT owner, added, deduction_for FROM contributions WHERE deduction_for = ANY(:owners::uuid[]);

-- name: keep_contributions
-- Why: what an owner adds now replaces what it added before.
INSERT INTO contributions (owner, added, deduction_for) SELECT * FROM unnest(:owners::uuid[], :added::text[], :deductions_for::uuid[])
ON CONFLICT (owner) DO UPDATE SET added = excluded.added;

-- name: move_margins
-- Why: the sums of the public lists change in the same transaction as the contributions.
INSERT INTO margins AS m (measure, dimension, member, n)
SELECT * FROM unnest(:measures::text[], :dimensions::text[], :members::text[], :differences::bigint[])
ON CONFLICT (measure, dimension, member) DO UPDATE SET n = m.n + excluded.n;

-- name: margins_of_measures
-- Why: an indicator's margins are its total and all its lists by one dimension.
SELECT measure, dimension, member, n FROM margins WHERE measure = ANY(:measures::text[]);

-- name: slice_sums
-- Why: finer slices, for the roles that may see them, are summed from the contributions when somebody asks. A null :scope means each programme. For an estimate
-- (:additive is false) only the cells by exactly the dimensions :estimated_by count.
SELECT a.measure, (a.slice || jsonb_build_object('month', m.month, 'programme', a.scope)) - :other_dimensions::text[] AS members, sum(m.n::bigint)::bigint AS n
FROM contributions, jsonb_to_recordset(added::jsonb) AS a(measure text, scope text, slice jsonb, months jsonb), jsonb_each_text(a.months) AS m(month, n)
WHERE a.measure = ANY(:measures::text[])
  AND (a.scope = :scope OR :scope IS NULL AND a.scope <> 'all')
  AND m.month BETWEEN :first AND :last
  AND (:additive::boolean OR a.slice - :estimated_by::text[] = '{}' AND a.slice ?& :estimated_by::text[])
GROUP BY 1, 2
HAVING sum(m.n::bigint) <> 0;

-- name: mark_stale
-- Why: the publisher looks only at indicators whose figures may have changed.
INSERT INTO stale_indicators (indicator) SELECT unnest(:indicators::text[]);

-- name: take_stale_indicators
-- Why: the publisher takes the rows it sees; a later change adds a new row.
DELETE FROM stale_indicators RETURNING indicator;
