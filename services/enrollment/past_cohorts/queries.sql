-- name: add_past_cohort
-- Why: a past cohort is stored with its list, or not at all; no row is returned if another one of the programme has the name.
WITH added AS (
    INSERT INTO cohorts (cohort_id, programme_id, name, province, capacity, starts_on, ends_on, status)
    VALUES (:cohort_id, :programme_id, :name, :province, :capacity, :starts_on, :ends_on, 'closed')
    ON CONFLICT DO NOTHING RETURNING cohort_id
)
INSERT INTO past_cohorts (cohort_id, list_name, kept_at, vouched_by, vouched_on, stated_by, stated_at)
SELECT cohort_id, :list_name, :kept_at, :vouched_by, :vouched_on, :stated_by, :stated_at FROM added RETURNING true;

-- name: past_cohort
-- Why: what is known of a past cohort from is told with whatever rests on it. A command checks whether it is the same.
SELECT c.cohort_id, c.programme_id, c.name, c.province, c.capacity, c.starts_on, c.ends_on, p.list_name, p.kept_at, p.vouched_by, p.vouched_on,
    p.stated_by, p.stated_at
FROM past_cohorts p JOIN cohorts c USING (cohort_id) WHERE p.cohort_id = :cohort_id;

-- name: correct_statement
-- Why: what is said of the list is another from now on. The cohort's lock is held.
UPDATE past_cohorts SET list_name = :list_name, kept_at = :kept_at, vouched_by = :vouched_by, vouched_on = :vouched_on
WHERE cohort_id = :cohort_id;

-- name: evidence
-- Why: a published figure is followed to the rows that it counts, without telling who they are; the view of the list sorts and limits it.
SELECT enrollment_id AS stated_training_id, (stated -> 'row' ->> 'import_id')::uuid AS import_id, (stated -> 'row' ->> 'tab')::integer AS tab,
    (stated -> 'row' ->> 'line')::integer AS line, (stated ->> 'completed_on')::date AS completed_on, status = 'accepted' AS stands, recorded_at
FROM enrollments WHERE cohort_id = :cohort_id AND stated IS NOT NULL;
