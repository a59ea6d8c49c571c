-- name: cohort
-- Why: whether it is there, whether it is the same, and how it stands.
SELECT cohort_id, programme_id, name, province, capacity, starts_on, ends_on, status FROM cohorts WHERE cohort_id = $1;

-- name: cohorts
-- Why: the cohorts with their seats and facilitators; a facilitator ($1) sees their own, a programme ($2) may limit the list.
SELECT c.cohort_id, c.programme_id, p.code AS programme_code, c.name, c.province, c.capacity, c.starts_on, c.ends_on, c.status,
    (SELECT count(*) FROM enrollments e WHERE e.cohort_id = c.cohort_id AND e.status = 'accepted') AS taken,
    (SELECT count(*) FROM enrollments e WHERE e.cohort_id = c.cohort_id AND e.status = 'waitlisted') AS waiting,
    ARRAY(SELECT facilitator_id FROM assignments a WHERE a.cohort_id = c.cohort_id AND a.active ORDER BY 1) AS facilitators
FROM cohorts c JOIN programmes p USING (programme_id)
WHERE ($1::text IS NULL OR EXISTS (
        SELECT FROM assignments a WHERE a.cohort_id = c.cohort_id AND a.facilitator_id = $1 AND a.active))
  AND ($2::uuid IS NULL OR c.programme_id = $2)
  AND ($3::uuid IS NULL OR c.cohort_id = $3)
ORDER BY p.starts_on DESC, c.province, c.name;

-- name: add_cohort
-- Why: no row back means that the name is taken in its programme.
INSERT INTO cohorts (cohort_id, programme_id, name, province, capacity, starts_on, ends_on) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING true;

-- name: close_cohort
-- Why: no more enrollments; under the seat lock, so that none is being decided.
UPDATE cohorts SET status = 'closed' WHERE cohort_id = $1;

-- name: assign
-- Why: a cohort is given once; no row back means that they have it.
INSERT INTO assignments (assignment_id, cohort_id, facilitator_id, active) VALUES ($1, $2, $3, true)
ON CONFLICT (cohort_id, facilitator_id) DO UPDATE SET active = true WHERE NOT assignments.active
RETURNING assignment_id, cohort_id, facilitator_id, active;

-- name: unassign
-- Why: no row back means that they do not have it.
UPDATE assignments SET active = false WHERE cohort_id = $1 AND facilitator_id = $2 AND active
RETURNING assignment_id, cohort_id, facilitator_id, active;

-- name: is_in_reach
-- Why: a facilitator ($2) sees their own cohorts only, and another's is as if it were not there.
SELECT EXISTS (
    SELECT FROM cohorts c WHERE c.cohort_id = $1 AND ($2::text IS NULL OR EXISTS (
        SELECT FROM assignments a WHERE a.cohort_id = c.cohort_id AND a.facilitator_id = $2 AND a.active))
);
