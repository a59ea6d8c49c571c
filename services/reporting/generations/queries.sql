-- name: differences
-- Why: two generations of the same log hold equal rows. An owner or a margin that was counted down to nothing exists only in the older generation, so those rows are left out.
SELECT 'facts' AS what, (SELECT count(*) FROM (TABLE live.facts EXCEPT TABLE candidate.facts) d) AS only_live, (SELECT count(*) FROM (TABLE candidate.facts EXCEPT TABLE live.facts) d) AS only_candidate
UNION ALL
SELECT 'superseded', (SELECT count(*) FROM (TABLE live.superseded EXCEPT TABLE candidate.superseded) d), (SELECT count(*) FROM (TABLE candidate.superseded EXCEPT TABLE live.superseded) d)
UNION ALL
SELECT 'aliases', (SELECT count(*) FROM (TABLE live.aliases EXCEPT TABLE candidate.aliases) d), (SELECT count(*) FROM (TABLE candidate.aliases EXCEPT TABLE live.aliases) d)
UNION ALL
SELECT 'contributions',
    (SELECT count(*) FROM (SELECT * FROM live.contributions WHERE added <> '[]' EXCEPT SELECT * FROM candidate.contributions) d),
    (SELECT count(*) FROM (SELECT * FROM candidate.contributions WHERE added <> '[]' EXCEPT SELECT * FROM live.contributions) d)
UNION ALL
SELECT 'margins',
    (SELECT count(*) FROM (SELECT * FROM live.margins WHERE n <> 0 EXCEPT SELECT * FROM candidate.margins) d),
    (SELECT count(*) FROM (SELECT * FROM candidate.margins WHERE n <> 0 EXCEPT SELECT * FROM live.margins) d)
UNION ALL
SELECT 'still to be counted', (SELECT coalesce(sum(cardinality(owners)), 0) FROM live.dirty_batches), (SELECT coalesce(sum(cardinality(owners)), 0) FROM candidate.dirty_batches);

-- name: missing_in_candidate
-- Why: a swap waits until the candidate has read and counted nearly as much as the live generation. What is still missing then takes less than a second.
SELECT (SELECT count(*) FROM live.projection_offsets l LEFT JOIN candidate.projection_offsets b USING (projection, topic, partition)
        WHERE b.next IS NULL OR b.next < l.next - 1000) AS partitions,
       (SELECT sum(cardinality(owners)) FROM candidate.dirty_batches HAVING sum(cardinality(owners)) > 1000) AS owners;
