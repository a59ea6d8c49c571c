-- name: offset_of_partition
-- Why: A projection resumes at `next` and knows the event it read last. The row is created at the first assignment.
INSERT INTO projection_offsets (projection, topic, partition, next) VALUES (:projection, :topic, :partition, 0)
ON CONFLICT (projection, topic, partition) DO UPDATE SET projection = excluded.projection
RETURNING next, last_event;

-- name: disable_synchronous_commit
-- Why: The effect and its offset are lost or kept together, and the log has the events. The next commit that waits for the disk takes this one along.
SET LOCAL synchronous_commit = off;

-- name: move_offsets
-- Why: The offsets are compared and set, first in the transaction of the effect. Fewer rows than partitions mean that another process moved one; then nothing is changed.
UPDATE projection_offsets o
SET next = n.next, last_event = n.last_event, read_up_to = greatest(o.read_up_to, n.read_up_to), behind = n.remaining > :behind_records,
    caught_up_at = CASE WHEN n.remaining > 0 THEN o.caught_up_at ELSE clock_timestamp() END
FROM unnest(:topics::text[], :partitions::int[], :expected::bigint[], :next::bigint[], :last_events::text[], :recorded_at::timestamptz[], :remaining::bigint[])
    AS n(topic, partition, expected, next, last_event, read_up_to, remaining)
WHERE o.projection = :projection AND o.topic = n.topic AND o.partition = n.partition AND o.next = n.expected
RETURNING o.topic;

-- name: caught_up
-- Why: A partition that is read to its end is fresh even when nothing happens. Fewer rows than partitions mean that an operator restarted the projection, or
-- another process moved on.
UPDATE projection_offsets o SET caught_up_at = clock_timestamp(), behind = false
FROM unnest(:topics::text[], :partitions::int[], :next::bigint[]) AS n(topic, partition, next)
WHERE o.projection = :projection AND o.topic = n.topic AND o.partition = n.partition AND o.next = n.next
RETURNING o.topic;

-- name: is_behind
-- Why: Counting may wait until the projection has read the log.
SELECT coalesce(bool_or(behind), false) FROM projection_offsets WHERE projection = :projection;

-- name: restart_projection
-- Why: After a lost or recreated topic everything is read again from the beginning; keyed facts stay as they are.
UPDATE projection_offsets SET next = 0, last_event = NULL WHERE projection = :projection RETURNING topic;

-- name: list_projections
-- Why: The operator sees how far each projection has read.
SELECT projection, topic, partition, next, behind, read_up_to, caught_up_at FROM projection_offsets
ORDER BY projection, topic, partition;
