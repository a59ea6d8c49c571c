-- name: situation
-- Why: a decision on an application reads all it needs in one round trip, under the locks of the person and the seats. There is a row for
-- each person of the document, those first who are in the cohort, or one row without a person. A facilitator sees people of their own
-- cohorts, without those who withdrew. The document is looked up twice, because for an OR the planner would read a young table from end to end.
SELECT c.programme_id, c.capacity, c.taken, c.status = 'open' AS is_open,
    p.person_id, coalesce(p.counted_as, p.person_id) AS counted_as, p.identity, p.profile,
    (SELECT jsonb_agg(n) FROM consents n WHERE n.person_id = p.person_id) AS consents,
    EXISTS (SELECT FROM enrollments WHERE person_id = p.person_id AND status = 'accepted') AS has_seat,
    :facilitator::text IS NULL OR (consents_stand(p.person_id) AND EXISTS (
        SELECT FROM enrollments s JOIN assignments a USING (cohort_id)
        WHERE s.person_id = p.person_id AND a.facilitator_id = :facilitator AND a.active)) AS is_visible,
    e.enrollment_id, e.status AS enrollment_status,
    EXISTS (SELECT FROM enrollments WHERE enrollment_id = :enrollment_id) AS id_is_taken,
    o.organization_type
FROM (VALUES (1)) AS always
LEFT JOIN cohorts c ON c.cohort_id = :cohort_id
LEFT JOIN LATERAL (
    SELECT * FROM people WHERE document_digest = :document_digest UNION ALL SELECT * FROM people WHERE shared_document_digest = :document_digest
) p ON true
LEFT JOIN enrollments e ON e.cohort_id = c.cohort_id AND e.person_id = p.person_id
LEFT JOIN organizations o ON o.organization_id = :organization_id
ORDER BY e.enrollment_id IS NULL, p.document_digest IS NULL, p.registered_at;

-- name: add_enrollment
-- Why: a new enrollment has a seat, or the last place in the waiting list.
INSERT INTO enrollments (enrollment_id, cohort_id, person_id, organization_id, shown_to_organization, status, accepted_at, profile)
VALUES (:enrollment_id, :cohort_id, :person_id, :organization_id, :shown_to_organization, :status, :accepted_at, :profile);

-- name: cohort_of_enrollment
-- Why: a withdrawal takes the seat lock of the enrollment's cohort, which never changes.
SELECT cohort_id FROM enrollments WHERE enrollment_id = :enrollment_id;

-- name: enrollments
-- Why: an event carries the full state of its enrollment, read under the seat lock.
SELECT e.enrollment_id, e.person_id, c.programme_id, e.cohort_id, e.organization_id, e.status, e.accepted_at, e.profile
FROM enrollments e JOIN cohorts c USING (cohort_id)
WHERE e.enrollment_id = ANY(:enrollment_ids::uuid[]) ORDER BY e.enrollment_id;

-- name: withdraw
-- Why: the seat or the place is given back; the instant of acceptance stays stored.
UPDATE enrollments SET status = 'withdrawn', withdrawn_at = :now WHERE enrollment_id = :enrollment_id;

-- name: accept_first_waiting
-- Why: a free seat is given to the person who applied first, if the cohort is open. The seat lock is held.
UPDATE enrollments e SET status = 'accepted', accepted_at = :now
FROM cohorts c
WHERE c.cohort_id = e.cohort_id AND c.status = 'open' AND e.enrollment_id = (
    SELECT enrollment_id FROM enrollments
    WHERE cohort_id = :cohort_id AND status = 'waitlisted' ORDER BY application_number LIMIT 1
)
RETURNING e.enrollment_id, e.person_id, c.programme_id, e.cohort_id, e.organization_id, e.status, e.accepted_at, e.profile;

-- name: seats_of_people
-- Why: the withdrawal of a required consent ends these enrollments, under the seat locks of their cohorts.
SELECT enrollment_id, cohort_id FROM enrollments WHERE person_id = ANY(:person_ids::uuid[]) AND status <> 'withdrawn';

-- name: cohorts_of_people
-- Why: whatever is said of these people is put in order by the seat locks of the cohorts that they enrolled in.
SELECT DISTINCT cohort_id FROM enrollments WHERE person_id = ANY(:person_ids::uuid[]);

-- name: waiting_of_people
-- Why: nobody can tell an erased person that a seat has become free.
SELECT enrollment_id FROM enrollments WHERE person_id = ANY(:person_ids::uuid[]) AND status IN ('requested', 'waitlisted');
