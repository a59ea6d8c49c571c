-- Every programme that the former release published is announced on `enrollment.programmes`, too. As when a process starts, a
-- cluster that was not seen before begins an era. Nobody else writes events of these programmes any more, so no lock is needed.
INSERT INTO eras (system_identifier, timeline)
SELECT s.system_identifier, c.timeline_id FROM pg_control_system() s, pg_control_checkpoint() c
ON CONFLICT (system_identifier, timeline) DO NOTHING;

WITH published AS (
    SELECT * FROM outbox o WHERE o.type = 'minka.enrollment.ProgrammePublished.v1' AND NOT EXISTS (
        SELECT FROM outbox a WHERE a.type = 'minka.enrollment.ProgrammeAnnounced.v1' AND a.aggregateid = o.aggregateid
    )
), versions AS (
    UPDATE subject_versions SET version = version + 1 WHERE subject IN (SELECT aggregateid FROM published)
    RETURNING subject, version
)
INSERT INTO outbox (era, aggregatetype, aggregateid, aggregateversion, type, partitionkey, payload, correlation_id, traceparent)
SELECT (SELECT max(era) FROM eras), 'enrollment.programmes', aggregateid, version, 'minka.enrollment.ProgrammeAnnounced.v1',
    partitionkey, payload, correlation_id, traceparent
FROM published JOIN versions ON subject = aggregateid;
