-- name: offset_of_partition
-- Why: where a projection goes on, and the event it saw last; created at the first assignment.
INSERT INTO projection_offsets (projection, generation, topic, partition, next) VALUES ($1, $2, $3, $4, 0)
ON CONFLICT (projection, generation, topic, partition) DO UPDATE SET projection = excluded.projection
RETURNING next, last_event;

-- name: move_offsets
-- Why: compare and set, first in the transaction of the effect. Fewer rows than partitions: somebody else moved one, change nothing.
UPDATE projection_offsets o
SET next = n.next, last_event = n.last_event, read_up_to = greatest(o.read_up_to, n.read_up_to)
FROM unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::text[], $8::timestamptz[]) AS n(topic, partition, expected, next, last_event, read_up_to)
WHERE o.projection = $1 AND o.generation = $2 AND o.topic = n.topic AND o.partition = n.partition AND o.next = n.expected
RETURNING o.topic;

-- name: caught_up
-- Why: freshness: a partition read to its end is fresh even when nothing happens.
UPDATE projection_offsets SET caught_up_at = clock_timestamp()
WHERE projection = $1 AND generation = $2 AND (topic, partition) IN (SELECT * FROM unnest($3::text[], $4::int[]));

-- name: restart_projection
-- Why: after a lost or recreated topic everything is read again from the beginning; keyed facts stay as they are.
UPDATE projection_offsets SET next = 0, last_event = NULL WHERE projection = $1 RETURNING topic;

-- name: list_projections
-- Why: the operator sees how far each projection has read.
SELECT projection, generation, topic, partition, next, read_up_to, caught_up_at FROM projection_offsets
ORDER BY projection, generation, topic, partition;
