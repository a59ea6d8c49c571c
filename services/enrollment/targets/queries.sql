-- name: target
-- Why: a command checks whether the target exists, and whether it is the same; pages show it with its programme's code.
SELECT target_id, indicator, programme_id, first_month, last_month, province, district, subgroup, value, baseline, baseline_source, status,
       p.code AS programme
FROM targets LEFT JOIN programmes p USING (programme_id) WHERE target_id = :target_id;

-- name: targets
-- Why: this is the list of targets; the view of the list filters, sorts and limits it.
SELECT target_id, indicator, programme_id, first_month, last_month, province, district, subgroup, value, baseline, baseline_source, status,
       p.code AS programme
FROM targets LEFT JOIN programmes p USING (programme_id);

-- name: baselines_of_other_months
-- Why: everybody reads the baselines of all places and groups, so their differences must not tell the number of few people.
SELECT first_month, last_month, baseline FROM targets
WHERE indicator = :indicator AND programme_id IS NOT DISTINCT FROM :programme_id AND status = 'in_force' AND baseline IS NOT NULL
    AND province IS NULL AND district IS NULL AND subgroup IS NULL AND target_id <> :target_id;

-- name: add_target
-- Why: a target is stored once; no row is returned if one in force is about the same.
INSERT INTO targets (target_id, indicator, programme_id, first_month, last_month, province, district, subgroup, value, baseline, baseline_source, status,
    recorded_at)
VALUES (:target_id, :indicator, :programme_id, :first_month, :last_month, :province, :district, :subgroup, :value, :baseline, :baseline_source, :status,
    :recorded_at)
ON CONFLICT DO NOTHING RETURNING true;

-- name: correct_target
-- Why: the target is another from now on. Its event keeps the instant at which it was set.
UPDATE targets SET indicator = :indicator, programme_id = :programme_id, first_month = :first_month, last_month = :last_month, province = :province,
    district = :district, subgroup = :subgroup, value = :value, baseline = :baseline, baseline_source = :baseline_source, status = :status
WHERE target_id = :target_id RETURNING recorded_at;
