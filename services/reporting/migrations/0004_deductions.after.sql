-- The former release stored what merged people add as one sum. They are counted again, each record by itself.
INSERT INTO live.dirty_batches (owners)
SELECT array_agg(owner) FROM (SELECT person FROM live.aliases UNION SELECT counted_as FROM live.aliases) AS merged(owner) HAVING count(*) > 0;
