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

-- name: open_letters_of_key
-- Why: a parked key's letters stand in one queue, in the order in which they are redriven.
SELECT q.id FROM dead_letters d JOIN dead_letters q ON q.consumer = d.consumer AND q.key = d.key
WHERE d.id = $1 AND d.kind = 'parked' AND q.kind = 'parked' AND q.state IN ('waiting', 'redriving') ORDER BY q.id;

-- name: ask_redrive
-- Why: the operator asks; the worker, which has the handlers, does it.
UPDATE dead_letters SET state = 'redriving' WHERE state IN ('waiting', 'redriving') AND id = ANY($1::bigint[]) RETURNING id;

-- name: ask_redrive_of_all
-- Why: as `ask_redrive`, of everything that is open.
UPDATE dead_letters SET state = 'redriving' WHERE state IN ('waiting', 'redriving') RETURNING id;

-- name: discard_letter
-- Why: an operator decides, with a reason, that a record is not needed.
UPDATE dead_letters SET state = 'discarded', settled_at = clock_timestamp(), reason = $2
WHERE id = $1 AND state IN ('waiting', 'redriving') RETURNING id;
