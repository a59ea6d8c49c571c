-- name: next_dirty_owners
-- Why: the pass goes round the owners in order, so that all marks of one are counted together. A mark not yet visible has facts not yet visible, and comes later.
SELECT owner, mark FROM dirty_owners WHERE owner > $1 ORDER BY owner, mark LIMIT $2;

-- name: counted_together
-- Why: whoever is counted as somebody else is counted with them: these owners, and all who belong to the same, each with the one in the end.
WITH wholes AS (
    SELECT o.owner, coalesce(a.counted_as, o.owner) AS whole FROM unnest($1::uuid[]) AS o(owner) LEFT JOIN aliases a ON a.person = o.owner
)
SELECT owner, whole FROM wholes
UNION
SELECT whole, whole FROM wholes
UNION
SELECT a.person, a.counted_as FROM aliases a JOIN wholes w ON w.whole = a.counted_as;

-- name: facts_of_owners
-- Why: counting an owner needs everything currently known of it.
SELECT owner, type, body FROM facts WHERE owner = ANY($1::uuid[]);

-- name: contributions_of_owners
-- Why: what they added when they were counted last.
SELECT owner, cells, amounts FROM contributions WHERE owner = ANY($1::uuid[]);

-- name: keep_contributions
-- Why: what an owner adds now takes the place of what it added.
INSERT INTO contributions (owner, cells, amounts) VALUES ($1, $2, $3)
ON CONFLICT (owner) DO UPDATE SET cells = excluded.cells, amounts = excluded.amounts;

-- name: move_cells
-- Why: only the difference reaches the cells. Returns those that were there.
UPDATE cells SET n = cells.n + d.difference FROM unnest($1::bytea[], $2::bigint[]) AS d(key, difference) WHERE cells.key = d.key
RETURNING cells.key;

-- name: add_cells
-- Why: a cell is made when something first falls into it. The month comes apart: the rest of a slice is the same in many.
INSERT INTO cells (key, measure, scope, slice, n)
SELECT key, measure, scope, rest::jsonb || jsonb_build_object('month', month), n
FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) AS c(key, measure, scope, month, rest, n);

-- name: cells_by_key
-- Why: of what an owner no longer adds only the cells' keys were kept.
SELECT key, measure, scope, slice FROM cells WHERE key = ANY($1::bytea[]);

-- name: move_margins
-- Why: the sums that public lists show move with their cells, in the same transaction.
INSERT INTO margins AS m (measure, dimension, member, n)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
ON CONFLICT (measure, dimension, member) DO UPDATE SET n = m.n + excluded.n;

-- name: mark_stale
-- Why: the publisher looks only at indicators that moved.
INSERT INTO stale_indicators (indicator) SELECT unnest($1::text[]);

-- name: remove_marks
-- Why: exactly the marks that were counted; one that came meanwhile stays.
DELETE FROM dirty_owners d USING unnest($1::uuid[], $2::bigint[]) AS m(owner, mark) WHERE (d.owner, d.mark) = (m.owner, m.mark);
