-- name: seats_of_cohort
-- Why: the coordination sees which organizations have seats of a cohort, and how many of these are filled.
SELECT s.cohort_id, c.name AS cohort, r.title AS programme, c.starts_on, c.ends_on, c.status = 'open' AS is_open, s.organization_id, o.name AS organization,
    s.seats, filled(s) AS filled
FROM nominated_seats s JOIN organizations o USING (organization_id) JOIN cohorts c USING (cohort_id) JOIN programmes r USING (programme_id)
WHERE s.cohort_id = :cohort_id AND s.seats > 0 ORDER BY o.name;

-- name: seats_of_organization
-- Why: a delegate sees which seats there are to fill, those of the next cohort first.
SELECT s.cohort_id, c.name AS cohort, r.title AS programme, c.starts_on, c.ends_on, c.status = 'open' AS is_open, s.organization_id, o.name AS organization,
    s.seats, filled(s) AS filled
FROM nominated_seats s JOIN organizations o USING (organization_id) JOIN cohorts c USING (cohort_id) JOIN programmes r USING (programme_id)
WHERE s.organization_id = :organization_id AND s.seats > 0 ORDER BY c.status = 'open' DESC, c.starts_on DESC, c.name;

-- name: set_seats
-- Why: the organization has these seats from now on. The seat lock is held.
INSERT INTO nominated_seats (cohort_id, organization_id, seats) VALUES (:cohort_id, :organization_id, :seats)
ON CONFLICT (cohort_id, organization_id) DO UPDATE SET seats = excluded.seats WHERE nominated_seats.seats <> excluded.seats
RETURNING true;

-- name: raise_version
-- Why: whoever decided on the seats as they were before is refused.
UPDATE cohorts SET nominated_seats_version = nominated_seats_version + 1 WHERE cohort_id = :cohort_id;

-- name: version
-- Why: seats are set on what somebody saw of them.
SELECT nominated_seats_version FROM cohorts WHERE cohort_id = :cohort_id;

-- name: room
-- Why: an organization's seats are seats of the cohort. The seat lock is held.
SELECT coalesce((SELECT filled(s) FROM nominated_seats s WHERE s.cohort_id = c.cohort_id AND s.organization_id = :organization_id), 0) AS filled,
    c.capacity, occupied(c) AS occupied
FROM cohorts c WHERE c.cohort_id = :cohort_id;

-- name: seats
-- Why: a member is nominated while a seat is left. The seat lock is held; no row is returned for an organization without seats.
SELECT s.seats, filled(s) AS filled FROM nominated_seats s WHERE cohort_id = :cohort_id AND organization_id = :organization_id;

-- name: cohort_of_member
-- Why: only the seat of a member whom the organization nominated is given to another. Their cohort never changes.
SELECT cohort_id FROM enrollments WHERE enrollment_id = :enrollment_id AND organization_id = :organization_id AND nominated;

-- name: has_seat
-- Why: a seat that was given back is nobody's to give to another. The seat lock is held.
SELECT status = 'accepted' FROM enrollments WHERE enrollment_id = :enrollment_id;

-- name: add_substitution
-- Why: it stays known who had the seat before, and why they gave it to another.
INSERT INTO substitutions (cohort_id, organization_id, former_enrollment_id, enrollment_id, reason, substituted_by, substituted_at)
VALUES (:cohort_id, :organization_id, :former_enrollment_id, :enrollment_id, :reason, :substituted_by, :substituted_at);

-- name: substitutions
-- Why: the history of an organization's seats, newest first.
SELECT substitution_id, s.cohort_id, c.name AS cohort, former_enrollment_id, enrollment_id, reason, substituted_by, substituted_at
FROM substitutions s JOIN cohorts c USING (cohort_id) WHERE s.organization_id = :organization_id ORDER BY substituted_at DESC, substitution_id;
