-- name: caught_up
-- Why: in one snapshot: all was read ($2 records of $1), nobody waits to be counted, no figure waits to be published.
SELECT CASE WHEN (SELECT coalesce(sum(next), 0) FROM live.projection_offsets WHERE topic = $1) < $2 THEN false
    ELSE NOT EXISTS (SELECT FROM live.dirty_owners) AND NOT EXISTS (SELECT FROM live.stale_indicators) END;

-- name: kept
-- Why: every subject has one fact, and every version stands there once.
SELECT facts, facts + superseded AS history
FROM (SELECT count(*) AS facts FROM live.facts), (SELECT count(*) AS superseded FROM live.superseded);

-- name: attended
-- Why: what the cells hold, by the place that the plain recount uses.
SELECT concat_ws('|', slice ->> 'month', slice ->> 'cohort', slice ->> 'district') AS place, sum(n)::bigint AS n
FROM live.cells WHERE measure = 'attended' AND scope = 'all'
GROUP BY 1 HAVING sum(n) <> 0;

-- name: published
-- Why: a figure counts only when everybody can read it.
SELECT indicator, value FROM published WHERE dimension = 'total' AND indicator IN ('attended', 'attendees');
