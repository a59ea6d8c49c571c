-- name: situation
-- Why: all that a decision on an application needs, in one round trip, read under the person's and the seats' locks.
SELECT c.programme_id, c.capacity, c.status = 'open' AS is_open,
    (SELECT count(*) FROM enrollments WHERE cohort_id = $1 AND status = 'accepted') AS taken,
    p.person_id, p.identity, p.profile,
    EXISTS (SELECT FROM enrollments WHERE person_id = p.person_id AND status = 'accepted') AS has_seat,
    e.enrollment_id, e.status AS enrollment_status,
    EXISTS (SELECT FROM enrollments WHERE enrollment_id = $3) AS id_is_taken,
    o.organization_type
FROM (VALUES (1)) AS always
LEFT JOIN cohorts c ON c.cohort_id = $1
LEFT JOIN people p ON p.document_index = $2
LEFT JOIN enrollments e ON e.cohort_id = $1 AND e.person_id = p.person_id
LEFT JOIN organizations o ON o.organization_id = $4;

-- name: consents_of_person
-- Why: what stands is not recorded twice, and what was taken back is not revived by an old sheet.
SELECT consent_id, purpose, text_version, given_at, withdrawn_at FROM consents WHERE person_id = $1;

-- name: register_person
-- Why: somebody nobody knew by this document.
INSERT INTO people (person_id, document_index, identity, name_blocks, profile, registered_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: record_consent
-- Why: one row for each agreement that says something new.
INSERT INTO consents (consent_id, person_id, purpose, text_version, given_at) VALUES ($1, $2, $3, $4, $5);

-- name: add_enrollment
-- Why: a seat, or the last place in the waiting list.
INSERT INTO enrollments (enrollment_id, cohort_id, person_id, organization_id, status, accepted_at, profile)
VALUES ($1, $2, $3, $4, $5, $6, $7);
