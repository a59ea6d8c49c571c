-- name: park
-- Why: A record that cannot be handled is kept whole, once, until an operator settles it. What queues behind a dead letter that is being redriven follows it.
INSERT INTO dead_letters (kind, consumer, topic, partition, "offset", key, value, headers, type, error_class, error, code_version, state)
VALUES (:kind, :consumer, :topic, :partition, :offset, :key, :value, :headers, :type, :error_class, :error, :code_version, coalesce((
    SELECT state FROM dead_letters
    WHERE :kind = 'parked'::dead_letter_kind AND consumer = :consumer AND key = :key AND kind = 'parked' AND state IN ('waiting', 'redriving')
    ORDER BY id DESC LIMIT 1
), 'waiting'))
ON CONFLICT (consumer, topic, partition, "offset") WHERE state IN ('waiting', 'redriving')
DO UPDATE SET attempts = dead_letters.attempts + 1, error_class = excluded.error_class, error = excluded.error, code_version = excluded.code_version;

-- name: key_is_parked
-- Why: Later events of a parked key queue behind it.
SELECT EXISTS (
    SELECT FROM dead_letters
    WHERE consumer = :consumer AND key = :key AND kind = 'parked' AND state IN ('waiting', 'redriving')
);

-- name: parked_last_minute
-- Why: A flood of dead letters is a fault of ours or of a producer, and halts the consumer.
SELECT count(*) FROM dead_letters WHERE consumer = :consumer AND parked_at > clock_timestamp() - interval '1 minute';

-- name: next_dead_letter_to_redrive
-- Why: The worker takes the requested dead letters one by one, reading anew each time: another worker may have done one, and others may have queued up behind it.
SELECT id, topic, partition, "offset", key, value, headers, parked_at FROM dead_letters
WHERE consumer = :consumer AND state = 'redriving' AND id > :after ORDER BY id LIMIT 1;

-- name: lock_dead_letter_to_redrive
-- Why: A dead letter is looked at again under its key's lock, and held: it is handled only if it is still to be redriven and is the first of its key.
SELECT true FROM dead_letters d
WHERE id = :id AND state = 'redriving' AND NOT EXISTS (
    SELECT FROM dead_letters f
    WHERE d.kind = 'parked' AND f.consumer = d.consumer AND f.key = d.key AND f.kind = 'parked'
      AND f.state IN ('waiting', 'redriving') AND f.id < d.id
)
FOR UPDATE;

-- name: mark_redriven
-- Why: A redriven dead letter is kept as a record of what was done.
UPDATE dead_letters SET state = 'redriven', settled_at = clock_timestamp() WHERE id = :id;

-- name: mark_failed_again
-- Why: A dead letter that failed again waits, with the newest reason, until an operator requests it again.
UPDATE dead_letters SET state = 'waiting', attempts = attempts + 1, error_class = :error_class, error = :error, code_version = :code_version WHERE id = :id;

-- name: requeue_key
-- Why: What queues behind a dead letter that failed again waits with it.
UPDATE dead_letters d SET state = 'waiting' FROM dead_letters f
WHERE f.id = :id AND f.kind = 'parked' AND d.kind = 'parked' AND d.consumer = f.consumer AND d.key = f.key AND d.state = 'redriving';

-- name: dead_letters_by_state
-- Why: An operator is alerted by what waits, and sees how much was settled in which way. Nothing is ever deleted, so a count never vanishes.
SELECT consumer, kind, count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'redriving') AS redriving,
       count(*) FILTER (WHERE state = 'redriven') AS redriven, count(*) FILTER (WHERE state = 'discarded') AS discarded
FROM dead_letters GROUP BY consumer, kind;

-- name: dead_letters
-- Why: The operator sees what waits, and behind which dead letter, without values; the settled ones are shown on request. What has not the form of a type could be anything, even a name, and is left out.
SELECT id, kind, state, consumer, topic, partition, "offset", concat(topic, '-', partition, '@', "offset") AS place,
       substring(type FROM '^[A-Za-z]+(?:\.[A-Za-z]+)+\.v[0-9]+$') AS type, error_class, error, attempts, code_version, parked_at, settled_at, reason, (
    SELECT min(f.id) FROM dead_letters f
    WHERE d.kind = 'parked' AND f.consumer = d.consumer AND f.key = d.key AND f.kind = 'parked'
      AND f.state IN ('waiting', 'redriving') AND d.state IN ('waiting', 'redriving') AND f.id < d.id
) AS queues_behind
FROM dead_letters d WHERE (:with_settled OR state IN ('waiting', 'redriving')) AND id = coalesce(:id, id);

-- name: dead_letter_record
-- Why: The operator sees the size and the fingerprint of a dead letter's value, not the value; the headers are filtered before anybody sees them.
SELECT key IS NOT NULL AS has_key, octet_length(value) AS value_bytes, encode(sha256(value), 'hex') AS value_sha256, headers
FROM dead_letters WHERE id = :id;

-- name: open_dead_letters_of_key
-- Why: The dead letters of a parked key stand in one queue, in the order in which they are redriven.
SELECT q.id FROM dead_letters d JOIN dead_letters q ON q.consumer = d.consumer AND q.key = d.key
WHERE d.id = :id AND d.kind = 'parked' AND q.kind = 'parked' AND q.state IN ('waiting', 'redriving') ORDER BY q.id;

-- name: request_redrive
-- Why: The operator requests it; the worker, which has the handlers, does it.
UPDATE dead_letters SET state = 'redriving' WHERE state IN ('waiting', 'redriving') AND id = ANY(:ids::bigint[]) RETURNING id;

-- name: request_redrive_of_all
-- Why: The operator requests everything that is open after its cause was removed.
UPDATE dead_letters SET state = 'redriving' WHERE state IN ('waiting', 'redriving') RETURNING id;

-- name: discard_dead_letter
-- Why: An operator decides, with a reason, that a record is not needed.
UPDATE dead_letters SET state = 'discarded', settled_at = clock_timestamp(), reason = :reason
WHERE id = :id AND state IN ('waiting', 'redriving') RETURNING id;
