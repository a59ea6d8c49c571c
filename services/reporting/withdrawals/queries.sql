-- name: apply_withdrawals
-- Why: the office is told once of each withdrawal that the figures followed it. The enrollments that end by it stand before it in the log, so they are
-- counted as soon as its person stands in no dirty batch.
INSERT INTO applied_withdrawals (consent_id, person_id)
SELECT w.subject, w.owner FROM facts w
WHERE w.type = 'minka.enrollment.ConsentWithdrawn.v1'
  AND NOT EXISTS (SELECT FROM applied_withdrawals a WHERE a.consent_id = w.subject)
  AND NOT EXISTS (SELECT FROM dirty_batches b CROSS JOIN unnest(b.owners) AS dirty(owner) WHERE dirty.owner = w.owner)
LIMIT :limit
RETURNING consent_id, person_id, applied_at AS occurred_at;
