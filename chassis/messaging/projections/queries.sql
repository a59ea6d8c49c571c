-- name: offset_of_partition
-- Why: where a projection goes on, and the event it saw last; created at the first assignment.
INSERT INTO projection_offsets (projection, topic, partition, next) VALUES ($1, $2, $3, 0)
ON CONFLICT (projection, topic, partition) DO UPDATE SET projection = excluded.projection
RETURNING next, last_event;

-- name: disable_synchronous_commit
-- Why: the effect and its offset are lost or kept together, and the log has the events; the next commit that waits takes this one along.
SET LOCAL synchronous_commit = off;

-- name: move_offsets
-- Why: compare and set, first in the transaction of the effect. Fewer rows than partitions: somebody else moved one, change nothing.
UPDATE projection_offsets o
SET next = n.next, last_event = n.last_event, read_up_to = greatest(o.read_up_to, n.read_up_to), behind = n.remaining > $9,
    caught_up_at = CASE WHEN n.remaining > 0 THEN o.caught_up_at ELSE clock_timestamp() END
FROM unnest($2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::text[], $7::timestamptz[], $8::bigint[])
    AS n(topic, partition, expected, next, last_event, read_up_to, remaining)
WHERE o.projection = $1 AND o.topic = n.topic AND o.partition = n.partition AND o.next = n.expected
RETURNING o.topic;

-- name: caught_up
-- Why: freshness: a partition read to its end is fresh even when nothing happens.
UPDATE projection_offsets SET caught_up_at = clock_timestamp(), behind = false
WHERE projection = $1 AND (topic, partition) IN (SELECT * FROM unnest($2::text[], $3::int[]));

-- name: is_behind
-- Why: who works on what is projected may wait until the log is read.
SELECT coalesce(bool_or(behind), false) FROM projection_offsets WHERE projection = $1;

-- name: restart_projection
-- Why: after a lost or recreated topic everything is read again from the beginning; keyed facts stay as they are.
UPDATE projection_offsets SET next = 0, last_event = NULL WHERE projection = $1 RETURNING topic;

-- name: list_projections
-- Why: the operator sees how far each projection has read.
SELECT projection, topic, partition, next, behind, read_up_to, caught_up_at FROM projection_offsets
ORDER BY projection, topic, partition;
