-- name: cohort
-- Why: a command checks whether the cohort exists, whether it is the same, and whether it is open.
SELECT cohort_id, programme_id, name, province, capacity, starts_on, ends_on, status, days_to_accept, is_past(cohort_id) AS is_past
FROM cohorts WHERE cohort_id = :cohort_id;

-- name: cohorts
-- Why: this is the list of cohorts, and one of them. Each filter may be null; a facilitator sees their own cohorts only.
SELECT c.cohort_id, c.programme_id, p.code AS programme_code, c.name, c.province, c.capacity, c.taken, c.waiting,
    c.offered, c.days_to_accept, c.starts_on, c.ends_on, c.status, is_past(c.cohort_id) AS is_past,
    ARRAY(SELECT facilitator_id FROM assignments a WHERE a.cohort_id = c.cohort_id AND a.active ORDER BY 1) AS facilitators
FROM cohorts c JOIN programmes p USING (programme_id)
WHERE (:facilitator::text IS NULL OR EXISTS (
        SELECT FROM assignments a WHERE a.cohort_id = c.cohort_id AND a.facilitator_id = :facilitator AND a.active))
  AND (:cohort_id::uuid IS NULL OR c.cohort_id = :cohort_id);

-- name: named_cohorts
-- Why: sheets name cohorts as people do, and forms offer them by name.
SELECT cohort_id, name, is_past(cohort_id) AS is_past FROM cohorts ORDER BY name, cohort_id;

-- name: other_open_cohorts
-- Why: somebody goes to another cohort that takes enrollments, those of the same programme first.
SELECT o.cohort_id, o.name, false AS is_past FROM cohorts c JOIN cohorts o ON o.cohort_id <> c.cohort_id AND o.status = 'open'
WHERE c.cohort_id = :cohort_id ORDER BY o.programme_id <> c.programme_id, o.starts_on, o.name, o.cohort_id;

-- name: add_cohort
-- Why: a cohort is stored once; no row is returned if another one of the programme has the name.
INSERT INTO cohorts (cohort_id, programme_id, name, province, capacity, starts_on, ends_on, days_to_accept)
VALUES (:cohort_id, :programme_id, :name, :province, :capacity, :starts_on, :ends_on, :days_to_accept)
ON CONFLICT DO NOTHING RETURNING true;

-- name: occupied_seats
-- Why: a cohort never has fewer seats than are taken or offered. The seat lock is held.
SELECT occupied(c) FROM cohorts c WHERE cohort_id = :cohort_id;

-- name: change_cohort
-- Why: the cohort is another from now on. The seat lock is held, so that no enrollment is being decided.
UPDATE cohorts SET name = :name, province = :province, capacity = :capacity, starts_on = :starts_on, ends_on = :ends_on,
    status = :status, days_to_accept = :days_to_accept
WHERE cohort_id = :cohort_id AND programme_id = :programme_id;

-- name: assignments
-- Why: who facilitates a cohort is decided on who was assigned to it, stood in, or was absent until now.
SELECT assignment_id, cohort_id, facilitator_id, active, handed_over, standing_in FROM assignments
WHERE cohort_id = :cohort_id ORDER BY facilitator_id;

-- name: substitutes
-- Why: who is absent on this day has a substitute in the cohort, unless it was over before they went.
SELECT a.facilitator_id, a.substitute_id FROM absences a JOIN cohorts c ON c.cohort_id = :cohort_id AND c.ends_on >= a.starts_on
WHERE a.ended_at IS NULL AND :day::date BETWEEN a.starts_on AND a.ends_on;

-- name: cohort_ids_of_facilitator
-- Why: an absence concerns each cohort in which somebody was ever assigned or stood in.
SELECT cohort_id FROM assignments WHERE facilitator_id = :facilitator_id ORDER BY cohort_id;

-- name: store_assignment
-- Why: an assignment keeps its id, so that its versions tell of one thing.
INSERT INTO assignments (assignment_id, cohort_id, facilitator_id, active, handed_over, standing_in)
VALUES (:assignment_id, :cohort_id, :facilitator_id, :active, :handed_over, :standing_in)
ON CONFLICT (assignment_id) DO UPDATE SET active = excluded.active, handed_over = excluded.handed_over, standing_in = excluded.standing_in;
