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

-- name: changed_contributions
-- Why: the public breakdowns move by who changed, and by how much, since they were compared last. An owner may be missing in a generation that was made anew.
SELECT coalesce(c.owner, j.owner) AS owner, coalesce(c.added, '[]') AS added, coalesce(j.added, '[]') AS before
FROM (SELECT owner, added FROM contributions WHERE deduction_for IS NULL UNION ALL SELECT owner, added FROM published_deductions) c
FULL JOIN compared_contributions j ON j.owner = c.owner
WHERE coalesce(c.added, '[]') <> coalesce(j.added, '[]') LIMIT :limit;

-- name: keep_compared_contributions
-- Why: the next decision is about the changes after this one.
INSERT INTO compared_contributions (owner, added) SELECT * FROM unnest(:owners::uuid[], :added::text[])
ON CONFLICT (owner) DO UPDATE SET added = excluded.added;

-- name: compared_counts
-- Why: the breakdowns of people show what the compared contributions add up to.
SELECT indicator, dimension, member, n FROM compared_counts WHERE n <> 0;

-- name: keep_compared_counts
-- Why: the counts follow the compared contributions in the same transaction.
INSERT INTO compared_counts (indicator, dimension, member, n)
SELECT * FROM unnest(:indicators::text[], :dimensions::text[], :members::text[], :counts::bigint[])
ON CONFLICT (indicator, dimension, member) DO UPDATE SET n = excluded.n;

-- name: unpublished_changes
-- Why: a public figure moves when enough people changed in it since it moved last.
SELECT indicator, dimension, member, owner, difference FROM unpublished_changes;

-- name: keep_unpublished_changes
-- Why: who changed is known until the figure moves, or the change is undone.
INSERT INTO unpublished_changes (indicator, dimension, member, owner, difference)
SELECT * FROM unnest(:indicators::text[], :dimensions::text[], :members::text[], :owners::uuid[], :differences::integer[])
ON CONFLICT (indicator, dimension, member, owner) DO UPDATE SET difference = excluded.difference;

-- name: remove_unpublished_changes
-- Why: the change is public now, or was undone.
DELETE FROM unpublished_changes USING unnest(:indicators::text[], :dimensions::text[], :members::text[], :owners::uuid[]) AS gone(indicator, dimension, member, owner)
WHERE unpublished_changes.indicator = gone.indicator AND unpublished_changes.dimension = gone.dimension
  AND unpublished_changes.member = gone.member AND unpublished_changes.owner = gone.owner;

-- name: withheld_together
-- Why: the withheld members of a list have a sum that is as old as its other figures: without the changes that are not public yet.
SELECT coalesce((SELECT sum(n) FROM published p JOIN compared_counts USING (indicator, dimension, member)
                 WHERE p.indicator = :indicator AND p.dimension = :dimension AND p.status = 'suppressed'), 0)::bigint
     - coalesce((SELECT sum(difference) FROM unpublished_changes WHERE indicator = :indicator AND dimension = :dimension AND member LIKE 'withheld%'), 0)::bigint;

-- name: moved_at
-- Why: breakdowns are older than totals, and say so. Several are as of when the one moved that has not moved for longest.
SELECT min(moved_at) FROM (
    SELECT max(published_at) AS moved_at FROM published JOIN changes USING (sequence)
    WHERE published.indicator = :indicator AND published.dimension = ANY(:dimensions::text[])
    GROUP BY published.dimension
) AS lists;

-- name: changed_deductions
-- Why: what is deducted for merged people reaches the public figures for many of them at once.
SELECT coalesce(c.owner, p.owner) AS owner, coalesce(c.added, '[]') AS added, coalesce(p.added, '[]') AS before
FROM (SELECT owner, added FROM contributions WHERE deduction_for IS NOT NULL) c FULL JOIN published_deductions p ON p.owner = c.owner
WHERE coalesce(c.added, '[]') <> coalesce(p.added, '[]');

-- name: publish_deductions
-- Why: the public figures contain these deductions from now on.
INSERT INTO published_deductions (owner, added) SELECT * FROM unnest(:owners::uuid[], :added::text[])
ON CONFLICT (owner) DO UPDATE SET added = excluded.added;

-- name: move_deducted_totals
-- Why: totals are published every half second, so their deductions are kept as sums.
INSERT INTO deducted_totals AS t (indicator, n) SELECT * FROM unnest(:indicators::text[], :differences::bigint[])
ON CONFLICT (indicator) DO UPDATE SET n = t.n + excluded.n;

-- name: deducted_totals
-- Why: a public total is what all records add, less what was deducted for merged people.
SELECT indicator, n FROM deducted_totals;
