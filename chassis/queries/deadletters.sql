-- name: park
-- Why: what cannot be handled is kept whole, once, until an operator settles it.
INSERT INTO dead_letters (kind, consumer, topic, partition, "offset", key, value, headers, type, error_class, error, code_version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (consumer, topic, partition, "offset") WHERE state IN ('waiting', 'redriving')
DO UPDATE SET attempts = dead_letters.attempts + 1, error_class = excluded.error_class, error = excluded.error;

-- name: key_is_parked
-- Why: later events of a parked key queue behind it.
SELECT EXISTS (
    SELECT FROM dead_letters
    WHERE consumer = $1 AND key = $2 AND kind = 'parked' AND state IN ('waiting', 'redriving')
);

-- name: parked_last_minute
-- Why: a flood of dead letters is a fault of ours or of a producer, and halts the consumer.
SELECT count(*) FROM dead_letters WHERE consumer = $1 AND parked_at > clock_timestamp() - interval '1 minute';

-- name: list_dead_letters
-- Why: the operator sees what waits, without values.
SELECT id, kind, state, consumer, topic, partition, "offset", type, error_class, error, attempts, code_version, parked_at, settled_at, reason,
       octet_length(value) AS value_bytes
FROM dead_letters WHERE $1 OR state IN ('waiting', 'redriving') ORDER BY id;

-- name: ask_redrive
-- Why: the operator asks; the worker, which has the handlers, does it.
UPDATE dead_letters SET state = 'redriving' WHERE state = 'waiting' AND (id = $1 OR $1 IS NULL) RETURNING id;

-- name: letters_to_redrive
-- Why: in order; a key's letters after one that fails again stay behind it.
SELECT * FROM dead_letters WHERE consumer = $1 AND state = 'redriving' ORDER BY id;

-- name: settle_letter
-- Why: a redriven or discarded letter is kept as a record of what was done.
UPDATE dead_letters SET state = $2, settled_at = clock_timestamp(), reason = $3 WHERE id = $1;

-- name: letter_failed_again
-- Why: it and what queues behind it wait for the next attempt.
UPDATE dead_letters SET state = 'waiting', attempts = attempts + CASE WHEN id = $1 THEN 1 ELSE 0 END
WHERE id = $1 OR (consumer = $2 AND key = $3 AND state = 'redriving');

-- name: discard_letter
-- Why: an operator decides, with a reason, that a record is not needed.
UPDATE dead_letters SET state = 'discarded', settled_at = clock_timestamp(), reason = $2
WHERE id = $1 AND state = 'waiting' RETURNING id;
