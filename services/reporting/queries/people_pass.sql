-- name: next_marks
-- Why: the marks of many batches together, so that whoever is in several is counted once. A mark not yet visible has facts not yet visible, and comes later.
WITH taken AS (SELECT mark, owners FROM dirty_owners ORDER BY mark LIMIT $1)
SELECT (SELECT array_agg(mark) FROM taken) AS marks, (SELECT array_agg(owner) FROM (SELECT DISTINCT unnest(owners) FROM taken) AS each(owner)) AS owners
WHERE EXISTS (SELECT FROM taken);

-- name: marks_stand
-- Why: a round goes on only where its marks stand. They are held, so that the generations do not change places meanwhile.
SELECT count(*) = cardinality($1::uuid[]) FROM dirty_owners WHERE mark = ANY($1::uuid[]);

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
-- Why: counting an owner needs everything currently known of it. Owner by owner (OFFSET keeps it so): while a table fills up, nobody knows yet
-- how many facts an owner has, and all of them would be looked through.
SELECT known.* FROM unnest($1::uuid[]) AS o(owner) CROSS JOIN LATERAL (SELECT owner, type, body FROM facts WHERE facts.owner = o.owner OFFSET 0) AS known;

-- name: contributions_of_owners
-- Why: what they added when they were counted last.
SELECT owner, added FROM contributions WHERE owner = ANY($1::uuid[]);

-- name: keep_contributions
-- Why: what an owner adds now takes the place of what it added.
INSERT INTO contributions (owner, added) SELECT * FROM unnest($1::uuid[], $2::text[])
ON CONFLICT (owner) DO UPDATE SET added = excluded.added;

-- name: move_margins
-- Why: the sums that public lists show move with their cells, in the same transaction.
INSERT INTO margins AS m (measure, dimension, member, n)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
ON CONFLICT (measure, dimension, member) DO UPDATE SET n = m.n + excluded.n;

-- name: mark_stale
-- Why: the publisher looks only at indicators that moved.
INSERT INTO stale_indicators (indicator) SELECT unnest($1::text[]);

-- name: remove_marks
-- Why: exactly the marks whose owners were counted; one that came meanwhile stays.
DELETE FROM dirty_owners WHERE mark = ANY($1::uuid[]);
