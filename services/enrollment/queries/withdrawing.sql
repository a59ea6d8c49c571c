-- name: cohort_of_enrollment
-- Why: whose seat lock to take; an enrollment never changes its cohort.
SELECT cohort_id FROM enrollments WHERE enrollment_id = $1;

-- name: enrollments_in_full
-- Why: an event carries the enrollment's full state; read under the seat locks.
SELECT e.enrollment_id, e.person_id, c.programme_id, e.cohort_id, e.organization_id, e.status, e.accepted_at, e.profile
FROM enrollments e JOIN cohorts c USING (cohort_id)
WHERE e.enrollment_id = ANY($1::uuid[]) ORDER BY e.enrollment_id;

-- name: withdraw_enrollment
-- Why: the seat or the place is given back; when it was given stays on record.
UPDATE enrollments SET status = 'withdrawn', withdrawn_at = $2 WHERE enrollment_id = $1;

-- name: accept_first_waiting
-- Why: a freed seat goes to whoever asked first, while the cohort is open; under the seat lock.
UPDATE enrollments e SET status = 'accepted', accepted_at = $2
FROM cohorts c
WHERE c.cohort_id = e.cohort_id AND c.status = 'open' AND e.enrollment_id = (
    SELECT enrollment_id FROM enrollments WHERE cohort_id = $1 AND status = 'waitlisted' ORDER BY place LIMIT 1
)
RETURNING e.enrollment_id, e.person_id, c.programme_id, e.cohort_id, e.organization_id, e.status, e.accepted_at, e.profile;

-- name: person_to_lock
-- Why: a person's lock is named by the blind index of their document; who was erased has none.
SELECT document_index FROM people WHERE person_id = $1 AND document_index IS NOT NULL;

-- name: cohorts_of_person
-- Why: the enrollments that end with the training consent, and whose seat locks to take.
SELECT enrollment_id, cohort_id FROM enrollments WHERE person_id = $1 AND status <> 'withdrawn';

-- name: withdraw_consents
-- Why: every version of the purpose's text that stands is taken back.
UPDATE consents SET withdrawn_at = $3 WHERE person_id = $1 AND purpose = $2 AND withdrawn_at IS NULL
RETURNING consent_id, person_id, purpose, text_version, withdrawn_at AS occurred_at;

-- name: identity
-- Why: to take something out of it.
SELECT identity FROM people WHERE person_id = $1;

-- name: replace_identity
-- Why: what may no longer be kept goes; the rest is sealed anew.
UPDATE people SET identity = $2 WHERE person_id = $1;
