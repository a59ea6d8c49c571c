-- name: next_dirty_owners
-- Why: the pass counts in the order of the marks. A mark not yet visible has facts not yet visible, and comes later.
SELECT mark, owner FROM dirty_owners ORDER BY mark LIMIT $1;

-- name: facts_of_owners
-- Why: counting an owner needs everything currently known of it.
SELECT f.owner, h.type, h.body::text AS body
FROM facts f JOIN history h USING (kind, subject, version)
WHERE f.owner = ANY($1::uuid[]);

-- name: add_cells
-- Why: a cell is made when something first falls into it.
INSERT INTO cells (measure, scope, slice)
SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::jsonb[])
ON CONFLICT (measure, scope, slice) DO NOTHING;

-- name: cell_ids
-- Why: contributions name their cell by its number.
SELECT c.cell_id
FROM unnest($1::text[], $2::text[], $3::jsonb[]) WITH ORDINALITY AS w(measure, scope, slice, place)
JOIN cells c USING (measure, scope, slice)
ORDER BY w.place;

-- name: write_difference
-- Why: what the owners add now takes the place of what they added; only the difference reaches the cells.
WITH wanted AS (
    SELECT * FROM unnest($2::uuid[], $3::int[], $4::int[]) AS w(owner, cell_id, n)
),
gone AS (
    DELETE FROM contributions c
    WHERE c.owner = ANY($1::uuid[])
      AND NOT EXISTS (SELECT FROM wanted w WHERE w.owner = c.owner AND w.cell_id = c.cell_id)
    RETURNING c.cell_id, -c.n AS delta
),
written AS (
    INSERT INTO contributions AS c (owner, cell_id, n)
    SELECT owner, cell_id, n FROM wanted
    ON CONFLICT (owner, cell_id) DO UPDATE SET n = excluded.n WHERE c.n <> excluded.n
    RETURNING c.cell_id, new.n - coalesce(old.n, 0) AS delta
),
deltas AS (
    SELECT cell_id, sum(delta) AS delta
    FROM (SELECT * FROM gone UNION ALL SELECT * FROM written) d
    GROUP BY cell_id HAVING sum(delta) <> 0
)
UPDATE cells SET n = cells.n + d.delta FROM deltas d WHERE cells.cell_id = d.cell_id
RETURNING cells.measure;

-- name: mark_stale
-- Why: the publisher looks only at indicators that moved.
INSERT INTO stale_indicators (indicator) SELECT unnest($1::text[]);

-- name: remove_marks
-- Why: exactly the marks that were counted; one that came meanwhile stays.
DELETE FROM dirty_owners WHERE mark = ANY($1::bigint[]);
