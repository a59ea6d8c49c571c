-- name: begin_era
-- Why: A cluster or timeline that was not seen before starts a new era, before anything is written in it.
INSERT INTO eras (system_identifier, timeline)
SELECT s.system_identifier, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c
ON CONFLICT (system_identifier, timeline) DO NOTHING;

-- name: add_events
-- Why: One round trip gives the subjects their next versions and writes the events in their order. The rows of one number are one event as several types
-- and have one version. The era is the cluster's newest.
WITH events AS (
    SELECT * FROM unnest(
        :numbers::int[], :subjects::text[], :partition_keys::text[], :sent_as::text[], :topics::text[], :types::text[], :payloads::text[]
    ) WITH ORDINALITY AS e(number, subject, partition_key, sent_as, topic, type, payload, place)
), last AS (
    INSERT INTO subject_versions (subject, version) SELECT subject, count(DISTINCT number) FROM events GROUP BY subject
    ON CONFLICT (subject) DO UPDATE SET version = subject_versions.version + excluded.version
    RETURNING subject, version
)
INSERT INTO outbox (era, aggregatetype, aggregateid, aggregateversion, type, partitionkey, payload, correlation_id, traceparent, sent_as)
SELECT (SELECT max(era) FROM eras), topic, subject, version + 1 - dense_rank() OVER (PARTITION BY subject ORDER BY number DESC),
    type, partition_key, payload, :correlation_id, :traceparent, sent_as
FROM events JOIN last USING (subject) ORDER BY place
RETURNING aggregateversion;

-- name: raise_versions
-- Why: A decision on an older version is refused also after a change that no event tells of.
INSERT INTO subject_versions AS known (subject, version) SELECT unnest(:subjects::text[]), 1
ON CONFLICT (subject) DO UPDATE SET version = known.version + 1;

-- name: begin_relay
-- Why: A relay's first start begins at the beginning of the outbox.
INSERT INTO relay_cursor (relay, era, xid, id) VALUES (:relay, 0, '0'::xid8, 0) ON CONFLICT DO NOTHING;

-- name: relay_cursor
-- Why: The relay resumes at the cursor. It is read anew for each batch, because an operator may move it (`minka republish`).
SELECT era, xid, id, restarts FROM relay_cursor WHERE relay = :relay;

-- name: next_outbox_rows
-- Why: The relay sends what follows the cursor and is final: below the snapshot's horizon, or of an earlier era. The cursor comes as values, so that the index finds the rows.
SELECT era, xid, id, event_id, aggregatetype, aggregateid, aggregateversion, type, partitionkey, payload, recorded_at, correlation_id, traceparent, sent_as
FROM outbox
WHERE (era, xid, id) > (:era, :xid, :id)
  AND (era < (SELECT max(era) FROM eras) OR xid < pg_snapshot_xmin(pg_current_snapshot()))
ORDER BY era, xid, id
LIMIT :rows;

-- name: move_relay_cursor
-- Why: The cursor moves only from where it stood, so that an operator who restarted it meanwhile (`minka republish`) wins, wherever it stood.
UPDATE relay_cursor SET era = :last_era, xid = :last_xid, id = :last_id
WHERE relay = :relay AND (era, xid, id, restarts) = (:era, :xid, :id, :restarts);

-- name: restart_relay
-- Why: `minka republish` sends everything again after a lost broker; consumers recognise what they have.
UPDATE relay_cursor SET era = 0, xid = '0'::xid8, id = 0, restarts = restarts + 1 WHERE relay = :relay;

-- name: outbox_age
-- Why: A transaction that stays open anywhere in the cluster holds every relay back, so the age of the next row is watched.
-- The subquery is run for each cursor, so that the index finds the next row; a join would read the whole outbox.
SELECT coalesce(extract(epoch FROM clock_timestamp() - (
    SELECT o.recorded_at FROM outbox o WHERE (o.era, o.xid, o.id) > (c.era, c.xid, c.id) ORDER BY o.era, o.xid, o.id LIMIT 1
)), 0)::float8
FROM relay_cursor c WHERE c.relay = :relay;

-- name: seconds_behind
-- Why: What a partition still has unread was recorded after its last record that was read, and after it was last read to its end.
-- A partition without either was only just assigned.
SELECT projection, topic, greatest(max(extract(epoch FROM clock_timestamp() - greatest(read_up_to, caught_up_at))), 0)::float8 AS seconds
FROM projection_offsets WHERE read_up_to IS NOT NULL OR caught_up_at IS NOT NULL GROUP BY projection, topic;

-- name: record_in_inbox
-- Why: An event has its effect once for each handler: the row and the effect commit together. No row is returned for an event that was handled before.
INSERT INTO inbox (handler, source, event_id) VALUES (:handler, :source, :event_id) ON CONFLICT DO NOTHING RETURNING true;

-- name: candidate_exists
-- Why: The loops that work on projected tables work on a candidate generation too, as long as one exists.
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'candidate');

-- name: set_search_path
-- Why: A redriven dead letter is folded into both generations in one transaction. The setting ends with it, because the connection returns to the pool.
SELECT set_config('search_path', :search_path, true);

-- name: has_generations
-- Why: Most services project into no schema `live`, and have no generations.
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'live');

-- name: create_candidate
-- Why: The candidate has the same tables, empty, with the same rights for the service; their owner creates them.
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
-- Why: Transactions that are under way end first and new ones wait. The first statement of each reads the offsets or a queue (a table with a column queue_id), so these are locked before the other tables.
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
-- Why: Sessions find the tables by the schema's name; the names change places in one moment.
DO $$ BEGIN
    ALTER SCHEMA live RENAME TO swapping;
    ALTER SCHEMA candidate RENAME TO live;
    ALTER SCHEMA swapping RENAME TO candidate;
END $$;

-- name: drop_candidate
-- Why: A candidate that is not wanted, or the former live generation, is removed.
DROP SCHEMA candidate CASCADE;
