-- name: add_person
-- Why: nobody was known by this document before.
INSERT INTO people (person_id, document_index, identity, name_blocks, profile, registered_at)
VALUES (:person_id, :document_index, :identity, :name_blocks, :profile, :registered_at);

-- name: document_index
-- Why: a person's lock is named by the blind index of their document. An erased person has none.
SELECT document_index FROM people WHERE person_id = :person_id;

-- name: identity
-- Why: something is to be removed from the identity.
SELECT identity FROM people WHERE person_id = :person_id;

-- name: replace_identity
-- Why: what may no longer be stored is removed, and the rest is encrypted anew.
UPDATE people SET identity = :identity WHERE person_id = :person_id;

-- name: entries_of_cohort
-- Why: the list of coordinator and facilitator shows names, and the check-in page puts names on its roster.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, p.identity
FROM enrollments e JOIN cohorts c USING (cohort_id) JOIN people p USING (person_id)
WHERE e.cohort_id = :cohort_id;

-- name: entries_of_organization
-- Why: a delegate follows the members of their organization.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, p.identity
FROM enrollments e JOIN cohorts c USING (cohort_id) JOIN people p USING (person_id)
WHERE e.organization_id = :organization_id;

-- name: entries_by_document
-- Why: a number finds one person exactly, whatever kind of document it is. A facilitator finds people of their own cohorts only.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, p.identity
FROM people p JOIN enrollments e USING (person_id) JOIN cohorts c USING (cohort_id)
WHERE p.document_index = ANY(:document_indexes::bytea[])
  AND (:facilitator::text IS NULL OR EXISTS (
        SELECT FROM assignments a WHERE a.cohort_id = e.cohort_id AND a.facilitator_id = :facilitator AND a.active));

-- name: entries_by_name
-- Why: candidates share every blocking key of the search; their names are compared after decryption.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, p.identity
FROM people p JOIN enrollments e USING (person_id) JOIN cohorts c USING (cohort_id)
WHERE p.name_blocks @> :blocks::bytea[]
  AND (:facilitator::text IS NULL OR EXISTS (
        SELECT FROM assignments a WHERE a.cohort_id = e.cohort_id AND a.facilitator_id = :facilitator AND a.active))
LIMIT :limit;
