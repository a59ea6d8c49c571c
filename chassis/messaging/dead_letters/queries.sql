-- name: park
-- Why: what cannot be handled is kept whole, once, until an operator settles it. What queues behind a letter that is being redriven follows it.
INSERT INTO dead_letters (kind, consumer, topic, partition, "offset", key, value, headers, type, error_class, error, code_version, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce((
    SELECT state FROM dead_letters
    WHERE $1 = 'parked'::dead_letter_kind AND consumer = $2 AND key = $6 AND kind = 'parked' AND state IN ('waiting', 'redriving')
    ORDER BY id DESC LIMIT 1
), 'waiting'))
ON CONFLICT (consumer, topic, partition, "offset") WHERE state IN ('waiting', 'redriving')
DO UPDATE SET attempts = dead_letters.attempts + 1, error_class = excluded.error_class, error = excluded.error, code_version = excluded.code_version;

-- name: key_is_parked
-- Why: later events of a parked key queue behind it.
SELECT EXISTS (
    SELECT FROM dead_letters
    WHERE consumer = $1 AND key = $2 AND kind = 'parked' AND state IN ('waiting', 'redriving')
);

-- name: parked_last_minute
-- Why: a flood of dead letters is a fault of ours or of a producer, and halts the consumer.
SELECT count(*) FROM dead_letters WHERE consumer = $1 AND parked_at > clock_timestamp() - interval '1 minute';

-- name: next_dead_letter_to_redrive
-- Why: the first that an operator asked for, read anew each time: another worker may have done it, and others may have queued up behind it.
SELECT id, topic, partition, "offset", key, value, headers FROM dead_letters
WHERE consumer = $1 AND state = 'redriving' AND id > $2 ORDER BY id LIMIT 1;

-- name: lock_dead_letter_to_redrive
-- Why: under its key's lock a letter is looked at again, and held: only who finds it still to be redriven, with none before it, handles it.
SELECT true FROM dead_letters d
WHERE id = $1 AND state = 'redriving' AND NOT EXISTS (
    SELECT FROM dead_letters f
    WHERE d.kind = 'parked' AND f.consumer = d.consumer AND f.key = d.key AND f.kind = 'parked'
      AND f.state IN ('waiting', 'redriving') AND f.id < d.id
)
FOR UPDATE;

-- name: mark_redriven
-- Why: a redriven letter is kept as a record of what was done.
UPDATE dead_letters SET state = 'redriven', settled_at = clock_timestamp() WHERE id = $1;

-- name: mark_failed_again
-- Why: it waits, with the newest reason, until an operator asks again.
UPDATE dead_letters SET state = 'waiting', attempts = attempts + 1, error_class = $2, error = $3, code_version = $4 WHERE id = $1;

-- name: requeue_key
-- Why: what queues behind a letter that failed again waits with it.
UPDATE dead_letters d SET state = 'waiting' FROM dead_letters f
WHERE f.id = $1 AND f.kind = 'parked' AND d.kind = 'parked' AND d.consumer = f.consumer AND d.key = f.key AND d.state = 'redriving';

-- name: dead_letters_by_state
-- Why: an operator is alerted by what waits, and sees how much was settled in which way. Nothing is ever deleted, so a count never vanishes.
SELECT consumer, kind, count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'redriving') AS redriving,
       count(*) FILTER (WHERE state = 'redriven') AS redriven, count(*) FILTER (WHERE state = 'discarded') AS discarded
FROM dead_letters GROUP BY consumer, kind;

-- name: list_dead_letters
-- Why: the operator sees what waits, and behind which letter, without values; the settled ones too where that is asked for.
SELECT id, kind, state, consumer, topic, partition, "offset", type, error_class, error, attempts, code_version, parked_at, settled_at, reason, (
    SELECT min(f.id) FROM dead_letters f
    WHERE d.kind = 'parked' AND f.consumer = d.consumer AND f.key = d.key AND f.kind = 'parked'
      AND f.state IN ('waiting', 'redriving') AND d.state IN ('waiting', 'redriving') AND f.id < d.id
) AS queues_behind
FROM dead_letters d WHERE ($1 OR state IN ('waiting', 'redriving')) AND id > $2 ORDER BY id LIMIT $3;

-- name: dead_letter
-- Why: all there is to know of one letter without its value; headers are looked through before anybody sees them.
SELECT id, kind, state, consumer, topic, partition, "offset", type, error_class, error, attempts, code_version, parked_at, settled_at, reason,
       key IS NOT NULL AS has_key, octet_length(value) AS value_bytes, encode(sha256(value), 'hex') AS value_sha256, headers
FROM dead_letters WHERE id = $1;

-- name: open_dead_letters_of_key
-- Why: a parked key's letters stand in one queue, in the order in which they are redriven.
SELECT q.id FROM dead_letters d JOIN dead_letters q ON q.consumer = d.consumer AND q.key = d.key
WHERE d.id = $1 AND d.kind = 'parked' AND q.kind = 'parked' AND q.state IN ('waiting', 'redriving') ORDER BY q.id;

-- name: ask_redrive
-- Why: the operator asks; the worker, which has the handlers, does it.
UPDATE dead_letters SET state = 'redriving' WHERE state IN ('waiting', 'redriving') AND id = ANY($1::bigint[]) RETURNING id;

-- name: ask_redrive_of_all
-- Why: as `ask_redrive`, of everything that is open.
UPDATE dead_letters SET state = 'redriving' WHERE state IN ('waiting', 'redriving') RETURNING id;

-- name: discard_dead_letter
-- Why: an operator decides, with a reason, that a record is not needed.
UPDATE dead_letters SET state = 'discarded', settled_at = clock_timestamp(), reason = $2
WHERE id = $1 AND state IN ('waiting', 'redriving') RETURNING id;
