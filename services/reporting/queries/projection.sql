-- name: keep_history
-- Why: every version stays readable as it was said; one that comes twice is already there.
INSERT INTO history (kind, subject, version, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
SELECT kind, subject, version, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body::jsonb
FROM unnest($1::text[], $2::uuid[], $3::int[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::text[], $9::int[], $10::bigint[], $11::text[])
    AS h(kind, subject, version, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
ON CONFLICT (kind, subject, version) DO NOTHING;

-- name: move_facts
-- Why: the highest version of each subject is the fact; only owners of a fact that moved are counted again.
WITH moved AS (
    INSERT INTO facts AS f (kind, subject, version, owner)
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::int[], $4::uuid[])
    ON CONFLICT (kind, subject) DO UPDATE SET version = excluded.version, owner = excluded.owner
    WHERE f.version < excluded.version
    RETURNING old.owner AS before, new.owner AS after
)
INSERT INTO dirty_owners (owner)
SELECT before FROM moved WHERE before IS NOT NULL UNION SELECT after FROM moved;
