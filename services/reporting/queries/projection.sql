-- name: make_heard
-- Why: a batch is copied in, at two thirds of what its columns as arrays cost the worker. The table is the session's own, and empty after each transaction.
CREATE TEMPORARY TABLE IF NOT EXISTS heard (LIKE facts) ON COMMIT DELETE ROWS;

-- name: empty_heard
-- Why: of several batches in one transaction each is by itself.
DELETE FROM heard;

-- name: move_facts
-- Why: a newer version becomes the fact, the one it takes the place of is kept, and their owners are counted again. In the order of
-- the keys, so that two writers never wait for each other. Returns the keys of versions that are not newer than what is known.
WITH moved AS (
    INSERT INTO facts AS f (subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
    SELECT subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body FROM heard
    ORDER BY subject, kind
    ON CONFLICT (subject, kind) DO UPDATE
    SET version = excluded.version, owner = excluded.owner, type = excluded.type, event_id = excluded.event_id, occurred_at = excluded.occurred_at,
        recorded_at = excluded.recorded_at, topic = excluded.topic, partition = excluded.partition, "offset" = excluded."offset", body = excluded.body
    WHERE f.version < excluded.version
    RETURNING f.subject, f.kind, new.owner AS after, old.version AS superseded, old.owner AS before, old.type, old.event_id, old.occurred_at,
              old.recorded_at, old.topic, old.partition, old."offset", old.body
),
kept AS (
    INSERT INTO superseded (subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
    SELECT subject, kind, superseded, before, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body
    FROM moved WHERE superseded IS NOT NULL
),
marked AS (
    INSERT INTO dirty_owners (owners) SELECT array_agg(after) FROM (SELECT after FROM moved UNION SELECT before FROM moved WHERE before IS NOT NULL) o HAVING count(*) > 0
)
SELECT subject, kind FROM heard LEFT JOIN moved USING (subject, kind) WHERE moved.subject IS NULL;

-- name: keep_superseded
-- Why: a version heard after a newer one is kept too; one that comes twice is already there.
INSERT INTO superseded (subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
SELECT late.subject, late.kind, late.version, late.owner, late.type, late.event_id, late.occurred_at, late.recorded_at, late.topic, late.partition, late."offset", late.body
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::uuid[], $5::text[], $6::uuid[], $7::timestamptz[], $8::timestamptz[], $9::text[], $10::int[], $11::bigint[], $12::text[])
    AS late(subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
JOIN facts f ON (f.subject, f.kind) = (late.subject, late.kind) AND f.version > late.version
ON CONFLICT (subject, kind, version) DO NOTHING;

-- name: move_aliases
-- Why: as whom a merged person is counted, by the newest version; the person, and those counted with them before and after, are counted again.
WITH moved AS (
    INSERT INTO aliases AS a (person, counted_as, version)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[])
    ON CONFLICT (person) DO UPDATE SET counted_as = excluded.counted_as, version = excluded.version WHERE a.version < excluded.version
    RETURNING a.person, old.counted_as AS before, new.counted_as AS after
)
INSERT INTO dirty_owners (owners)
SELECT array_agg(person) FROM (SELECT person FROM moved UNION SELECT before FROM moved WHERE before IS NOT NULL UNION SELECT after FROM moved) o HAVING count(*) > 0;
