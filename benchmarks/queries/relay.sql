-- name: fill_outbox
-- Why: $2 events of an attendance's size for the topic $1, each of a subject of its own.
INSERT INTO outbox (era, aggregatetype, aggregateid, aggregateversion, type, partitionkey, payload, correlation_id, traceparent)
SELECT (SELECT max(era) FROM eras), $1, md5(n::text)::uuid, 1, 'minka.sessions.AttendanceRecorded.v1', md5((n / 12)::text)::uuid,
    rpad('{"attendance_id":"' || md5(n::text) || '","filling":"', 618, md5(n::text)) || '"}', left(md5(n::text), 16), '00-' || md5(n::text) || '-' || left(md5(n::text), 16) || '-00'
FROM generate_series(1, $2::int) n;

-- name: relayed
-- Why: whether the relay has sent the last of $2 events.
SELECT id >= $2 FROM relay_cursor WHERE relay = $1;

-- name: relays_session
-- Why: the process of PostgreSQL that serves the relay.
SELECT pid FROM pg_stat_activity WHERE application_name = 'relay';
