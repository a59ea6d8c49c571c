-- name: fill_facts
-- Why: what earlier years left: $1 attendances of other people, twelve of each, older than the job's.
INSERT INTO live.facts (subject, kind, version, owner, type, event_id, occurred_at, recorded_at, topic, partition, "offset", body)
SELECT uuidv7('-4 years'), 'attendance', 1, ('00000000-0000-7000-8000-' || lpad(to_hex(n / 12), 12, '0'))::uuid,
    'minka.sessions.AttendanceRecorded.v1', uuidv7('-4 years'), '2024-01-01', '2024-01-01', 'sessions.events', n % 12, n, '{}'
FROM generate_series(1, $1::int) n;
