-- name: entries_of_cohort
-- Why: the coordinator's and the facilitator's list, and the call that puts names on a roster.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, p.identity
FROM enrollments e JOIN cohorts c USING (cohort_id) JOIN people p USING (person_id)
WHERE e.cohort_id = $1;

-- name: entries_of_organization
-- Why: a delegate follows the organization's own members.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, p.identity
FROM enrollments e JOIN cohorts c USING (cohort_id) JOIN people p USING (person_id)
WHERE e.organization_id = $1;

-- name: entries_by_document
-- Why: one person exactly, of whichever kind the document is; a facilitator ($2) finds them in their own cohorts only.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, p.identity
FROM people p JOIN enrollments e USING (person_id) JOIN cohorts c USING (cohort_id)
WHERE p.document_index = ANY($1::bytea[])
  AND ($2::text IS NULL OR EXISTS (SELECT FROM assignments a WHERE a.cohort_id = e.cohort_id AND a.facilitator_id = $2 AND a.active));

-- name: entries_by_name
-- Why: candidates who share every blocking key; names are compared after opening.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, p.identity
FROM people p JOIN enrollments e USING (person_id) JOIN cohorts c USING (cohort_id)
WHERE p.name_blocks @> $1::bytea[]
  AND ($2::text IS NULL OR EXISTS (SELECT FROM assignments a WHERE a.cohort_id = e.cohort_id AND a.facilitator_id = $2 AND a.active))
LIMIT $3;
