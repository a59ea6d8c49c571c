-- name: records_counted_together
-- Why: a decision on two people moves everybody who is counted as one of them.
SELECT p.person_id, p.counted_as, p.merge_id, p.recorded_at, coalesce(p.document_digest, p.shared_document_digest) AS document_digest
FROM people p
WHERE coalesce(p.counted_as, p.person_id) IN (SELECT coalesce(counted_as, person_id) FROM people WHERE person_id = ANY(:person_ids::uuid[]))
ORDER BY p.person_id;

-- name: standing_decisions
-- Why: the last decision on a pair stands. Pairs with somebody who is counted apart from these people are decided by themselves.
SELECT DISTINCT ON (person_id, other_id) person_id, other_id, decision, decided_at FROM review_decisions
WHERE person_id = ANY(:person_ids::uuid[]) AND other_id = ANY(:person_ids::uuid[])
ORDER BY person_id, other_id, decision_number DESC;

-- name: add_decision
-- Why: who decided what, when and why, is kept; the decision on a pair is the last one.
INSERT INTO review_decisions (decision_id, person_id, other_id, enrollment_id, decision, reason, decided_by, decided_at)
VALUES (:decision_id, :person_id, :other_id, :enrollment_id, :decision, :reason, :decided_by, :decided_at);

-- name: decisions_on_people
-- Why: what was decided is shown beside the people, newest first.
SELECT decision_id, person_id, other_id, enrollment_id, decision, reason, decided_by, decided_at FROM review_decisions
WHERE (person_id = ANY(:person_ids::uuid[]) OR other_id = ANY(:person_ids::uuid[]))
ORDER BY decision_number DESC;

-- name: count_as
-- Why: everybody is counted as the person in the end, never as one who is counted as a third.
UPDATE people p SET counted_as = m.counted_as, merge_id = m.merge_id
FROM unnest(:person_id::uuid[], :counted_as::uuid[], :merge_id::uuid[]) AS m(person_id, counted_as, merge_id)
WHERE p.person_id = m.person_id;

-- name: give_up_documents
-- Why: people are found by another document from now on, and no two may have one at any moment.
UPDATE people SET document_digest = NULL, shared_document_digest = NULL WHERE person_id = ANY(:person_ids::uuid[]);

-- name: take_documents
-- Why: a person who is counted as themselves has their document, unless it is somebody else's already; whoever is counted as them shares it.
UPDATE people p SET
    document_digest = CASE WHEN p.counted_as IS NULL AND NOT d.is_taken THEN d.document_digest END,
    shared_document_digest = CASE WHEN p.counted_as IS NOT NULL OR d.is_taken THEN d.document_digest END
FROM (
    SELECT t.person_id, t.document_digest, EXISTS (SELECT FROM people o WHERE o.document_digest = t.document_digest) AS is_taken
    FROM unnest(:person_id::uuid[], :document_digest::bytea[]) AS t(person_id, document_digest)
) d
WHERE p.person_id = d.person_id;

-- name: enrolled_since
-- Why: whoever applied since both were counted as one may have been either of them. The first application is that of the registration.
SELECT c.name FROM enrollments e JOIN cohorts c USING (cohort_id)
WHERE e.person_id = ANY(:person_ids::uuid[]) AND e.recorded_at > :since::timestamptz AND e.status <> 'withdrawn'
    AND EXISTS (SELECT FROM enrollments f WHERE f.person_id = e.person_id AND f.application_number < e.application_number)
ORDER BY e.recorded_at LIMIT 1;

-- name: applications_to_review
-- Why: these applications wait for somebody who decides whose they are.
SELECT application_id, person_id, sent_at AS since, expires_at FROM waiting_applications w WHERE NOT is_answered(w);

-- name: waiting_since
-- Why: the coordination is told of forms and rows that wait for long, before they are erased.
SELECT count(*) FROM (
    SELECT sent_at AS since FROM waiting_applications w WHERE NOT is_answered(w)
    UNION ALL
    SELECT i.requested_at FROM import_rows r JOIN imports i USING (import_id)
    WHERE r.outcome = 'review' AND r.cells IS NOT NULL AND i.erased_at IS NULL AND i.state NOT IN ('undoing', 'undone')
) AS waiting
WHERE since < :before;

-- name: rows_to_review
-- Why: these rows wait for somebody who decides whose they are.
SELECT r.import_id, r.tab, r.line, r.person_id, i.requested_at AS since, i.requested_at + :kept::interval AS expires_at
FROM import_rows r JOIN imports i USING (import_id)
WHERE r.outcome = 'review' AND r.cells IS NOT NULL AND i.erased_at IS NULL AND i.state NOT IN ('undoing', 'undone');

-- name: people_with_one_document
-- Why: the coordination compares people who share a document and were not decided about, while the one registered apart takes part.
SELECT o.person_id, a.person_id AS other_id, a.registered_at AS since
FROM people a JOIN people o ON o.document_digest = a.shared_document_digest
WHERE a.shared_document_digest IS NOT NULL AND a.counted_as IS NULL
    AND EXISTS (SELECT FROM enrollments s WHERE s.person_id = a.person_id AND s.status <> 'withdrawn')
    AND NOT EXISTS (
        SELECT FROM review_decisions d
        WHERE d.person_id = least(o.person_id, a.person_id) AND d.other_id = greatest(o.person_id, a.person_id));

-- name: compared_people
-- Why: two people are compared by who they are, and by what depends on each of them.
SELECT p.person_id, p.counted_as, p.profile, p.registered_at, coalesce(e.cohorts, '{}') AS cohorts, coalesce(e.cohort_ids, '{}') AS cohort_ids,
    coalesce(e.attendances, 0) AS attendances
FROM people p LEFT JOIN LATERAL (
    SELECT array_agg(c.name ORDER BY s.recorded_at) FILTER (WHERE s.status <> 'withdrawn') AS cohorts,
        array_agg(c.cohort_id ORDER BY s.recorded_at) FILTER (WHERE s.status <> 'withdrawn') AS cohort_ids,
        (SELECT count(*) FROM known_attendances k WHERE k.enrollment_id = ANY(array_agg(s.enrollment_id))) AS attendances
    FROM enrollments s JOIN cohorts c USING (cohort_id) WHERE s.person_id = p.person_id
) e ON true
WHERE p.person_id = ANY(:person_ids::uuid[]);

-- name: people_to_compare
-- Why: everybody who is not erased is compared with those who could be the same person.
SELECT person_id, identity, profile FROM people WHERE identity IS NOT NULL;

-- name: replace_similar
-- Why: who looked alike before a correction may do so no more. What another process found at the same moment is the same.
WITH found AS (
    SELECT s.person_id, s.others FROM unnest(:person_id::uuid[], :others::bytea[]) AS s(person_id, others)
    JOIN people p USING (person_id) WHERE p.identity IS NOT NULL
), gone AS (
    DELETE FROM similar_people WHERE person_id NOT IN (SELECT person_id FROM found)
)
INSERT INTO similar_people (person_id, others, found_at) SELECT person_id, others, :found_at FROM found
ON CONFLICT (person_id) DO UPDATE SET others = excluded.others;

-- name: similar_people
-- Why: the coordination compares people who look alike.
SELECT person_id, others, found_at FROM similar_people;

-- name: undecided_pairs
-- Why: people who look alike are to be reviewed until somebody decided about them, while both are known and counted as two.
SELECT s.person_id, s.other_id, s.since
FROM unnest(:person_id::uuid[], :other_id::uuid[], :since::timestamptz[]) AS s(person_id, other_id, since)
JOIN people p ON p.person_id = s.person_id JOIN people o ON o.person_id = s.other_id
WHERE p.identity IS NOT NULL AND o.identity IS NOT NULL
    AND coalesce(p.counted_as, p.person_id) <> coalesce(o.counted_as, o.person_id)
    AND NOT EXISTS (SELECT FROM review_decisions d WHERE d.person_id = s.person_id AND d.other_id = s.other_id);
