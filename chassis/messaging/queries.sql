-- name: begin_era
-- Why: a cluster or timeline not seen before starts a new era, before anything is written in it.
INSERT INTO eras (system_identifier, timeline)
SELECT s.system_identifier, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c
ON CONFLICT (system_identifier, timeline) DO NOTHING;

-- name: add_event
-- Why: one round trip gives the subject its next version and writes the event down. The era is the cluster's newest.
WITH next AS (
    INSERT INTO subject_versions (subject, version) VALUES ($3, 1)
    ON CONFLICT (subject) DO UPDATE SET version = subject_versions.version + 1
    RETURNING version
)
INSERT INTO outbox (era, aggregatetype, aggregateid, aggregateversion, type, partitionkey, payload, correlation_id, traceparent)
SELECT (SELECT max(era) FROM eras), $1, $3, next.version, $2, $4, $5, $6, $7 FROM next
RETURNING aggregateversion;

-- name: begin_relay
-- Why: a relay's first start begins at the beginning.
INSERT INTO relay_cursor (relay, era, xid, id) VALUES ($1, 0, '0'::xid8, 0) ON CONFLICT DO NOTHING;

-- name: relay_cursor
-- Why: where the relay goes on, read anew each time, since an operator may move it (`minka republish`).
SELECT era, xid, id FROM relay_cursor WHERE relay = $1;

-- name: next_outbox_rows
-- Why: what follows the cursor and is final: below the snapshot's horizon, or of an earlier era. The cursor comes as values, so that the index finds it.
SELECT era, xid, id, event_id, aggregatetype, aggregateid, aggregateversion, type, partitionkey, payload, recorded_at, correlation_id, traceparent
FROM outbox
WHERE (era, xid, id) > ($1, $2, $3)
  AND (era < (SELECT max(era) FROM eras) OR xid < pg_snapshot_xmin(pg_current_snapshot()))
ORDER BY era, xid, id
LIMIT $4;

-- name: move_relay_cursor
-- Why: from where it stood; an operator who moved it meanwhile (`minka republish`) wins.
UPDATE relay_cursor SET era = $5, xid = $6, id = $7 WHERE relay = $1 AND (era, xid, id) = ($2, $3, $4);

-- name: restart_relay
-- Why: `minka republish` sends everything again after a lost broker; readers know what they have.
UPDATE relay_cursor SET era = 0, xid = '0'::xid8, id = 0 WHERE relay = $1;

-- name: outbox_age
-- Why: a transaction that stays open anywhere in the cluster holds every relay back; the age of what is sent next is watched.
-- For each cursor a query of its own, so that the index finds what follows; a join looks through all that was ever written.
SELECT coalesce(extract(epoch FROM clock_timestamp() - (
    SELECT o.recorded_at FROM outbox o WHERE (o.era, o.xid, o.id) > (c.era, c.xid, c.id) ORDER BY o.era, o.xid, o.id LIMIT 1
)), 0)::float8
FROM relay_cursor c WHERE c.relay = $1;

-- name: record_in_inbox
-- Why: an event has its effect once per handler; the row and the effect commit together. No row back: it was here before.
INSERT INTO inbox (handler, source, event_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true;

-- name: candidate_exists
-- Why: whoever works on what is projected works on a second generation too, for as long as there is one.
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'candidate');

-- name: set_search_path
-- Why: what is redriven belongs into both generations, at once or not at all. The connection is others' afterwards.
SELECT set_config('search_path', $1, true);

-- name: has_generations
-- Why: most services project into no schema of its own.
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'live');

-- name: create_candidate
-- Why: the same tables, empty, with the same rights for the service; its owner makes them.
DO $$
DECLARE
    made text;
    granted record;
BEGIN
    CREATE SCHEMA candidate;
    FOR made IN SELECT tablename FROM pg_tables WHERE schemaname = 'live' LOOP
        EXECUTE format('CREATE TABLE candidate.%1$I (LIKE live.%1$I INCLUDING ALL)', made);
        EXECUTE format('REVOKE ALL ON candidate.%I FROM %I', made, regexp_replace(current_user, '_owner$', ''));
        FOR granted IN SELECT grantee, string_agg(privilege_type, ', ') AS rights FROM information_schema.role_table_grants
                       WHERE table_schema = 'live' AND table_name = made AND grantee <> current_user GROUP BY grantee LOOP
            EXECUTE format('GRANT %s ON candidate.%I TO %I', granted.rights, made, granted.grantee);
        END LOOP;
    END LOOP;
END $$;

-- name: lock_generations
-- Why: transactions that are under way end first and new ones wait. The first statement of each reads the offsets or a queue (a table with a column queue_id), so these are locked before the other tables.
DO $$
DECLARE
    held text;
BEGIN
    FOR held IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('live', 'candidate')
                ORDER BY tablename = 'projection_offsets' DESC, EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('%I.%I', schemaname, tablename)::regclass AND attname = 'queue_id') DESC, tablename, schemaname LOOP
        EXECUTE 'LOCK TABLE ' || held || ' IN ACCESS EXCLUSIVE MODE';
    END LOOP;
END $$;

-- name: swap_generations
-- Why: everybody finds the tables by the schema's name; the names change places in one moment.
DO $$ BEGIN
    ALTER SCHEMA live RENAME TO swapping;
    ALTER SCHEMA candidate RENAME TO live;
    ALTER SCHEMA swapping RENAME TO candidate;
END $$;

-- name: drop_candidate
-- Why: what is no longer wanted goes.
DROP SCHEMA candidate CASCADE;
