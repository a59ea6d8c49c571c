-- name: offered_cohort
-- Why: the page behind a shared address says which cohort it is, whether people may enroll themselves now, and whether it has seats.
SELECT s.cohort_id, s.code, c.programme_id, p.title AS programme_title, c.name, c.province, c.starts_on, c.ends_on,
    s.is_open AND c.status = 'open' AND c.ends_on >= :today AS takes_enrollments,
    CASE WHEN occupied(c) < c.capacity THEN 'free' ELSE 'full' END AS seats
FROM self_enrollments s JOIN cohorts c USING (cohort_id) JOIN programmes p USING (programme_id)
WHERE s.code = :code;

-- name: has_seats
-- Why: somebody who is enrolled already is answered as anybody else. The seat lock is held.
SELECT occupied(c) < c.capacity FROM cohorts c WHERE cohort_id = :cohort_id;

-- name: self_enrollment
-- Why: the cohort's page shows the address that is shared.
SELECT code, is_open FROM self_enrollments WHERE cohort_id = :cohort_id;

-- name: open_self_enrollment
-- Why: people may enroll themselves from now on, at the address that was shared before, if one was.
INSERT INTO self_enrollments (cohort_id, code, is_open) VALUES (:cohort_id, :code, true)
ON CONFLICT (cohort_id) DO UPDATE SET is_open = true RETURNING code, is_open;

-- name: stop_self_enrollment
-- Why: people may no longer enroll themselves; no row is returned if they never could.
UPDATE self_enrollments SET is_open = false WHERE cohort_id = :cohort_id RETURNING code, is_open;
