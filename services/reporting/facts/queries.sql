-- name: create_incoming
-- Why: COPY into a temporary table costs the worker two thirds of the same columns as arrays. The table lives as long as the session and is emptied at each commit.
CREATE TEMPORARY TABLE IF NOT EXISTS incoming (LIKE facts) ON COMMIT DELETE ROWS;

-- name: clear_incoming
-- Why: a transaction may fold several batches, each on its own.
DELETE FROM incoming;

-- name: move_facts
-- Why: a newer version becomes the fact, the version it replaces is kept, and the owners of both become a dirty batch. The rows are written in the order of
-- their keys, so that two writers never deadlock. Returns the places of the incoming versions that are not facts now.
WITH newest AS (
    SELECT DISTINCT ON (subject, kind) * FROM incoming ORDER BY subject, kind, version DESC, "offset"
),
moved AS (
    INSERT INTO facts AS f (subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
    SELECT subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body FROM newest
    ON CONFLICT (subject, kind) DO UPDATE
    SET version = excluded.version, owner = excluded.owner, type = excluded.type, event_id = excluded.event_id, occurred_at = excluded.occurred_at,
        recorded_at = excluded.recorded_at, topic = excluded.topic, partition = excluded.partition, "offset" = excluded."offset", body = excluded.body
    WHERE f.version < excluded.version
    RETURNING f.subject, f.kind, new.version, new.owner AS after, old.version AS superseded, old.owner AS before, old.type, old.event_id, old.occurred_at,
              old.recorded_at, old.topic, old.partition, old."offset", old.body
),
kept AS (
    INSERT INTO superseded (subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
    SELECT subject, kind, superseded, before, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body
    FROM moved WHERE superseded IS NOT NULL
),
queued AS (
    INSERT INTO dirty_batches (owners) SELECT array_agg(after) FROM (SELECT after FROM moved UNION SELECT before FROM moved WHERE before IS NOT NULL) o HAVING count(*) > 0
)
SELECT array_agg(incoming.ctid::text) FROM incoming LEFT JOIN moved USING (subject, kind, version) WHERE moved.subject IS NULL;

-- name: keep_superseded
-- Why: a version that arrives after, or together with, a newer one is kept too. A version that arrives twice exists already. Each is looked up by its key:
-- PostgreSQL knows nothing of the size of the temporary table, and would read all facts.
INSERT INTO superseded (subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
SELECT late.subject, late.kind, late.version, late.owner, late.type, late.event_id, late.occurred_at, late.recorded_at, late.topic, late.partition, late."offset", late.body
FROM incoming late CROSS JOIN LATERAL (SELECT FROM facts f WHERE (f.subject, f.kind) = (late.subject, late.kind) AND f.version > late.version OFFSET 0) AS newer
WHERE late.ctid = ANY(:late::text[]::tid[])
ORDER BY late.subject, late.kind, late.version, late."offset"
ON CONFLICT (subject, kind, version) DO NOTHING;

-- name: move_aliases
-- Why: the newest version says as whom a merged person is counted. The person, and the owners they were and are counted with, become a dirty batch.
WITH moved AS (
    INSERT INTO aliases AS a (person, counted_as, version)
    SELECT * FROM unnest(:person::uuid[], :counted_as::uuid[], :version::int[])
    ON CONFLICT (person) DO UPDATE SET counted_as = excluded.counted_as, version = excluded.version WHERE a.version < excluded.version
    RETURNING a.person, old.counted_as AS before, new.counted_as AS after
)
INSERT INTO dirty_batches (owners)
SELECT array_agg(person) FROM (SELECT person FROM moved UNION SELECT before FROM moved WHERE before IS NOT NULL UNION SELECT after FROM moved) o HAVING count(*) > 0;

-- name: canonical_owners
-- Why: merged people are counted together. Returns these owners, and all who share a canonical owner with one of them, each with that canonical owner.
WITH canonical AS (
    SELECT o.owner, coalesce(a.counted_as, o.owner) AS canonical_owner FROM unnest(:owners::uuid[]) AS o(owner) LEFT JOIN aliases a ON a.person = o.owner
)
SELECT owner, canonical_owner FROM canonical
UNION
SELECT canonical_owner, canonical_owner FROM canonical
UNION
SELECT a.person, a.counted_as FROM aliases a JOIN canonical c ON c.canonical_owner = a.counted_as;

-- name: facts_of_owners
-- Why: counting needs all current facts of an owner. LATERAL and OFFSET 0 make PostgreSQL look up owner by owner: while the table fills, its statistics are
-- too old to tell how few facts an owner has, and a plan that scans the whole table could be chosen.
SELECT known.* FROM unnest(:owners::uuid[]) AS o(owner) CROSS JOIN LATERAL (SELECT owner, kind, type, body FROM facts WHERE facts.owner = o.owner OFFSET 0) AS known;

-- name: facts_as_of
-- Why: an answer as of an instant of either clock (null means now) counts, of each fact, the highest version that had happened and was recorded by then: the
-- current one, or the newest superseded one. Merged people (:persons, counted as :counted_as) are ordered with their canonical owner.
WITH known AS (
    SELECT owner, kind, type, body FROM facts
    WHERE kind = ANY(:kinds::text[]) AND (:as_of::timestamptz IS NULL OR occurred_at <= :as_of)
      AND (:recorded_as_of::timestamptz IS NULL OR recorded_at <= :recorded_as_of)
    UNION ALL
    SELECT older.owner, f.kind, older.type, older.body
    FROM facts f CROSS JOIN LATERAL (
        SELECT s.owner, s.type, s.body FROM superseded s
        WHERE s.subject = f.subject AND s.kind = f.kind
          AND (:as_of::timestamptz IS NULL OR s.occurred_at <= :as_of) AND (:recorded_as_of::timestamptz IS NULL OR s.recorded_at <= :recorded_as_of)
        ORDER BY s.version DESC LIMIT 1
    ) older
    WHERE f.kind = ANY(:kinds::text[]) AND (f.occurred_at > :as_of::timestamptz OR f.recorded_at > :recorded_as_of::timestamptz)
)
SELECT coalesce(m.counted_as, k.owner) AS canonical_owner, k.kind, k.type, k.body
FROM known k LEFT JOIN unnest(:persons::uuid[], :counted_as::uuid[]) AS m(person, counted_as) ON m.person = k.owner
ORDER BY canonical_owner;

-- name: freshness
-- Why: every figure shows how far each source was read. A topic is caught up when all its partitions are.
SELECT topic, max(read_up_to) AS read_up_to, CASE WHEN bool_and(caught_up_at IS NOT NULL) THEN min(caught_up_at) END AS caught_up_at
FROM projection_offsets WHERE projection = :projection
GROUP BY topic HAVING max(read_up_to) IS NOT NULL OR bool_and(caught_up_at IS NOT NULL);

-- name: provinces_of_cohorts
-- Why: the people of a province's cohorts and those who live in it are two public figures, whose difference may be few people.
SELECT subject::text AS cohort, body::jsonb ->> 'province' AS province FROM facts WHERE kind = 'cohort';

-- name: named_facts
-- Why: programmes, cohorts and campaigns are members of lists, with their names, as soon as reporting knows them.
SELECT kind, subject::text AS subject, coalesce(body::jsonb ->> 'title', body::jsonb ->> 'name') AS name, body::jsonb ->> 'code' AS code
FROM facts WHERE kind IN ('programme', 'cohort', 'campaign')
ORDER BY name, subject;
