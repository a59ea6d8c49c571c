-- name: targets
-- Why: this is the list of targets in force; the view of the list filters, sorts and limits it.
SELECT subject AS target_id, body::jsonb ->> 'indicator' AS indicator, (body::jsonb ->> 'programme_id')::uuid AS programme_id,
       body::jsonb ->> 'first_month' AS first_month, body::jsonb ->> 'last_month' AS last_month, body::jsonb ->> 'province' AS province,
       body::jsonb ->> 'district' AS district, body::jsonb ->> 'dimension' AS dimension, body::jsonb ->> 'member' AS member,
       (body::jsonb ->> 'value')::bigint AS value, (body::jsonb ->> 'baseline')::bigint AS baseline, body::jsonb ->> 'baseline_source' AS baseline_source
FROM facts WHERE kind = 'target' AND body::jsonb ->> 'status' = 'in_force';
