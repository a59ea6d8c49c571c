-- name: caught_up
-- Why: in one snapshot: all was read ($2 records of $1), nobody waits to be counted, no figure waits to be published.
SELECT CASE WHEN (SELECT coalesce(sum(next), 0) FROM projection_offsets WHERE topic = $1) < $2 THEN false
    ELSE NOT EXISTS (SELECT FROM dirty_batches) AND NOT EXISTS (SELECT FROM stale_indicators) END;

-- name: folded
-- Why: how many records of the topic $1 have had their effect.
SELECT coalesce(sum(next), 0)::bigint FROM projection_offsets WHERE topic = $1;

-- name: kept
-- Why: every subject has one fact, and every version stands once, there or among the superseded.
SELECT facts, facts + superseded AS history FROM (SELECT count(*) FROM facts) f(facts), (SELECT count(*) FROM superseded) s(superseded);

-- name: attended
-- Why: what the cells hold, by the place that the plain recount uses.
SELECT concat_ws('|', m.month, slice ->> 'cohort', slice ->> 'district') AS place, sum(m.n::bigint)::bigint AS n
FROM contributions, jsonb_to_recordset(added::jsonb) AS a(measure text, slice jsonb, months jsonb), jsonb_each_text(a.months) AS m(month, n)
WHERE measure = 'attended'
GROUP BY 1;

-- name: published
-- Why: a figure counts only when everybody can read it.
SELECT indicator, value FROM published WHERE dimension = 'total' AND indicator IN ('attended', 'attendees');
