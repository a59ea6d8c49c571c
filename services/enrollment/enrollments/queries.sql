-- name: situations
-- Why: decisions on applications read all they need in one round trip, under the locks of the people and the seats. There is a row for each
-- person of an application's document, those first who are in the cohort, then who withdrew from it, or one row without a person. A
-- facilitator sees people of their own cohorts, without those who withdrew consent. The document is looked up twice, because for an OR the planner would read a young table from end
-- to end; for the same reason nothing is joined that can be looked up for each application.
SELECT a.place, c.programme_id, c.capacity, occupied(c) AS occupied, c.status = 'open' AS is_open,
    is_past(c.cohort_id) AS is_past, c.starts_on, c.ends_on, p.person_id, coalesce(p.counted_as, p.person_id) AS counted_as, p.identity, p.profile,
    (SELECT jsonb_agg(n) FROM consents n WHERE n.person_id = p.person_id AND NOT n.undone) AS consents,
    (SELECT true FROM enrollments WHERE person_id = p.person_id AND status = 'accepted' AND stated IS NULL LIMIT 1) IS NOT NULL AS has_seat,
    :facilitator::text IS NULL OR (consents_stand(p.person_id) AND EXISTS (
        SELECT FROM enrollments s JOIN assignments a USING (cohort_id)
        WHERE s.person_id = p.person_id AND a.facilitator_id = :facilitator AND a.active)) AS is_visible,
    e.enrollment_id, e.status AS enrollment_status, e.person_withdrew_at,
    coalesce((SELECT true FROM enrollments WHERE enrollment_id = a.enrollment_id LIMIT 1),
        (SELECT true FROM further_applications WHERE application_id = a.enrollment_id LIMIT 1)) IS NOT NULL AS id_is_taken,
    o.organization_type
FROM unnest(:cohort_id::uuid[], :document_digest::bytea[], :enrollment_id::uuid[], :organization_id::uuid[])
    WITH ORDINALITY AS a(cohort_id, document_digest, enrollment_id, organization_id, place)
LEFT JOIN cohorts c ON c.cohort_id = a.cohort_id
LEFT JOIN LATERAL (
    SELECT * FROM people WHERE document_digest = a.document_digest
    UNION ALL SELECT * FROM people WHERE shared_document_digest = a.document_digest
) p ON true
LEFT JOIN LATERAL (SELECT * FROM enrollments WHERE cohort_id = c.cohort_id AND person_id = p.person_id OFFSET 0) e ON true
LEFT JOIN organizations o ON o.organization_id = a.organization_id
ORDER BY a.place, e.enrollment_id IS NULL, e.status = 'withdrawn', p.document_digest IS NULL, p.registered_at;

-- name: save_enrollments
-- Why: enrollments have seats, or the last places in the waiting list, in the order of their applications. Whoever withdrew and applied again
-- has the same enrollment as before.
INSERT INTO enrollments (
    enrollment_id, cohort_id, person_id, organization_id, shown_to_organization, status, accepted_at, profile, import_id, nominated, stated)
SELECT enrollment_id, cohort_id, person_id, organization_id, shown_to_organization, status, accepted_at, profile::jsonb, import_id, nominated,
    stated::jsonb
FROM unnest(
    :enrollment_id::uuid[], :cohort_id::uuid[], :person_id::uuid[], :organization_id::uuid[], :shown_to_organization::boolean[],
    :status::text[], :accepted_at::timestamptz[], :profile::text[], :import_id::uuid[], :nominated::boolean[], :stated::text[]
) WITH ORDINALITY AS e(
    enrollment_id, cohort_id, person_id, organization_id, shown_to_organization, status, accepted_at, profile, import_id, nominated, stated, place
)
ORDER BY place
ON CONFLICT (cohort_id, person_id) DO UPDATE SET organization_id = excluded.organization_id, shown_to_organization = excluded.shown_to_organization,
    status = excluded.status, accepted_at = excluded.accepted_at, profile = excluded.profile, import_id = excluded.import_id,
    nominated = excluded.nominated, stated = excluded.stated, withdrawn_at = NULL, withdrawal = NULL, application_number = DEFAULT, recorded_at = DEFAULT;

-- name: keep_application_id
-- Why: an application that is sent again is recognized by its id, whatever was withdrawn since.
INSERT INTO further_applications (application_id, enrollment_id) VALUES (:application_id, :enrollment_id) ON CONFLICT DO NOTHING;

-- name: answered_application
-- Why: an application that contradicts somebody is sent again after somebody decided about it.
SELECT enrollment_id, person_id, status FROM enrollments
WHERE cohort_id = :cohort_id
    AND (enrollment_id = :application_id OR enrollment_id = (SELECT enrollment_id FROM further_applications WHERE application_id = :application_id));

-- name: correctable_enrollments
-- Why: what is corrected of enrollments is read under the seat locks: of some, of a person, or of an organization.
SELECT e.enrollment_id, e.person_id, c.programme_id, e.cohort_id, e.organization_id, e.status, e.accepted_at, e.profile, e.shown_to_organization,
    e.recorded_at, e.withdrawn_at, e.nominated AS is_nominated, e.stated
FROM enrollments e JOIN cohorts c USING (cohort_id)
WHERE e.enrollment_id = ANY(:enrollment_ids::uuid[]) OR e.person_id = :person_id OR e.organization_id = :organization_id
ORDER BY e.enrollment_id;

-- name: correct_enrollments
-- Why: what was wrong is replaced. The instant of acceptance decides the month in which somebody is counted.
UPDATE enrollments e SET organization_id = r.organization_id, shown_to_organization = r.shown_to_organization, accepted_at = r.accepted_at,
    profile = r.profile::jsonb
FROM unnest(:enrollment_id::uuid[], :organization_id::uuid[], :shown_to_organization::boolean[], :accepted_at::timestamptz[], :profile::text[])
    AS r(enrollment_id, organization_id, shown_to_organization, accepted_at, profile)
WHERE e.enrollment_id = r.enrollment_id;

-- name: cohorts_of_organization
-- Why: the kind of an organization is corrected in all of its enrollments, while nobody is enrolled for it.
SELECT cohort_id FROM cohorts c
WHERE status = 'open' OR EXISTS (SELECT FROM enrollments e WHERE e.cohort_id = c.cohort_id AND e.organization_id = :organization_id);

-- name: type_of_organization
-- Why: whoever is enrolled for an organization is counted under its kind.
SELECT organization_type FROM organizations WHERE organization_id = :organization_id;

-- name: name_of_organization
-- Why: the history of an enrollment names the organization as it was called then.
SELECT name FROM organizations WHERE organization_id = :organization_id;

-- name: cohort_of_enrollment
-- Why: a withdrawal takes the seat lock of the enrollment's cohort, which never changes.
SELECT cohort_id FROM enrollments WHERE enrollment_id = :enrollment_id;

-- name: place_of_enrollment
-- Why: a reinstatement takes the locks of the person and of the seats.
SELECT cohort_id, person_id FROM enrollments WHERE enrollment_id = :enrollment_id;

-- name: enrollments
-- Why: an event carries the full state of its enrollment, read under the seat lock.
SELECT e.enrollment_id, e.person_id, c.programme_id, e.cohort_id, e.organization_id, e.status, e.accepted_at, e.profile, e.stated
FROM enrollments e JOIN cohorts c USING (cohort_id)
WHERE e.enrollment_id = ANY(:enrollment_ids::uuid[]) ORDER BY e.enrollment_id;

-- name: withdraw
-- Why: the seat or the place is given back; the instant of acceptance stays stored. An undone import, a dissolved waiting list, an offer that
-- ended, and a statement that is taken back say nothing of the person's will.
UPDATE enrollments SET status = 'withdrawn', offered_until = NULL, withdrawn_at = :now, withdrawal = :withdrawal,
    person_withdrew_at = CASE WHEN :withdrawal IN ('asked', 'consent', 'erased') AND stated IS NULL THEN :now ELSE person_withdrew_at END
WHERE enrollment_id = ANY(:enrollment_ids::uuid[]);

-- name: grounds_of_reinstatement
-- Why: a withdrawal can be undone while what the enrollment requires stands. It is read under the locks of the person and of the seats. A seat
-- that the organization of a nominated person has left is theirs.
SELECT c.capacity, occupied(c) - coalesce((
        SELECT 1 FROM nominated_seats s
        WHERE e.nominated AND s.cohort_id = e.cohort_id AND s.organization_id = e.organization_id AND filled(s) < s.seats), 0) AS occupied, may_be_reinstated(e) AS may_be_reinstated
FROM enrollments e JOIN cohorts c USING (cohort_id) WHERE e.enrollment_id = :enrollment_id;

-- name: reinstate
-- Why: the enrollment is again what it was before a withdrawal by mistake, and keeps its place among the applications.
UPDATE enrollments SET status = :status, withdrawn_at = NULL, withdrawal = NULL,
    person_withdrew_at = nullif(person_withdrew_at, withdrawn_at),
    accepted_at = CASE WHEN :status = 'accepted' THEN accepted_at END
WHERE enrollment_id = :enrollment_id;

-- name: fill_seats
-- Why: free seats are for those who applied first, also in a cohort that takes no more applications. A seat is offered to who can be told of
-- it, while the cohort gives them days to accept, and given to everybody else. The seat lock is held.
WITH next AS (
    SELECT e.enrollment_id, c.programme_id,
        CASE WHEN c.days_to_accept > 0 AND may_be_told(e, :today) THEN :now::timestamptz + make_interval(days => c.days_to_accept) END AS offered_until
    FROM enrollments e JOIN cohorts c USING (cohort_id)
    WHERE e.cohort_id = :cohort_id AND e.status = 'waitlisted' AND e.offered_until IS NULL ORDER BY e.application_number
    LIMIT (SELECT greatest(c.capacity - occupied(c), 0) FROM cohorts c WHERE c.cohort_id = :cohort_id)
)
UPDATE enrollments e SET offered_until = n.offered_until,
    status = CASE WHEN n.offered_until IS NULL THEN 'accepted' ELSE 'waitlisted' END,
    accepted_at = CASE WHEN n.offered_until IS NULL THEN :now END
FROM next n WHERE n.enrollment_id = e.enrollment_id
RETURNING e.enrollment_id, e.person_id, n.programme_id, e.cohort_id, e.organization_id, e.status, e.accepted_at, e.profile, e.stated;

-- name: accept_offered
-- Why: whoever a seat is offered to has it now. The seat lock is held.
UPDATE enrollments e SET status = 'accepted', accepted_at = :now, offered_until = NULL
FROM cohorts c
WHERE c.cohort_id = e.cohort_id AND e.enrollment_id = ANY(:enrollment_ids::uuid[]) AND e.offered_until IS NOT NULL
RETURNING e.enrollment_id, e.person_id, c.programme_id, e.cohort_id, e.organization_id, e.status, e.accepted_at, e.profile, e.stated;

-- name: offer
-- Why: an offer is accepted while it stands. The seat lock is held.
SELECT status, offered_until FROM enrollments WHERE enrollment_id = :enrollment_id;

-- name: standing_offers
-- Why: somebody who reads their own data accepts there what is offered to them.
SELECT e.enrollment_id, c.name AS cohort, r.title AS programme, e.offered_until
FROM enrollments e JOIN cohorts c USING (cohort_id) JOIN programmes r USING (programme_id)
WHERE e.person_id = ANY(:person_ids::uuid[]) AND e.status = 'waitlisted' AND e.offered_until > :now
ORDER BY e.offered_until, e.enrollment_id;

-- name: offer_of_code
-- Why: the reader of a message accepts the offer by its code, without an account, and may see how it stands afterwards. An erased person has none.
SELECT e.enrollment_id, e.status, e.offered_until, e.withdrawal, c.name AS cohort, r.title AS programme, c.starts_on, c.ends_on
FROM messages m JOIN people p USING (person_id) JOIN enrollments e USING (enrollment_id) JOIN cohorts c USING (cohort_id)
JOIN programmes r USING (programme_id)
WHERE m.stop_code = :code AND m.kind = 'seat_offered' AND p.identity IS NOT NULL;

-- name: cohorts_with_ended_offers
-- Why: offers end by themselves: these cohorts have some to end.
SELECT DISTINCT e.cohort_id FROM enrollments e CROSS JOIN LATERAL offer_end(e, :now) WHERE e.offered_until IS NOT NULL AND offer_end IS NOT NULL;

-- name: ended_offers
-- Why: an offer that was told and not accepted in time ends, and who could not be told of it gets the seat. The seat lock is held.
SELECT e.enrollment_id, offer_end = 'lapsed' AS is_lapsed FROM enrollments e CROSS JOIN LATERAL offer_end(e, :now)
WHERE e.cohort_id = :cohort_id AND e.offered_until IS NOT NULL AND offer_end IS NOT NULL ORDER BY e.enrollment_id;

-- name: seats_of_people
-- Why: the withdrawal of a required consent ends these enrollments, under the seat locks of their cohorts. What a list states rests on none.
SELECT enrollment_id, cohort_id FROM enrollments WHERE person_id = ANY(:person_ids::uuid[]) AND status <> 'withdrawn' AND stated IS NULL;

-- name: cohorts_of_people
-- Why: whatever is said of these people is put in order by the seat locks of the cohorts that they enrolled in.
SELECT DISTINCT cohort_id FROM enrollments WHERE person_id = ANY(:person_ids::uuid[]);

-- name: waiting_of_cohort
-- Why: a waiting list is dissolved from its end, so that nobody moves up meanwhile. Somebody to whom a seat is offered keeps the offer.
SELECT enrollment_id FROM enrollments WHERE cohort_id = :cohort_id AND status IN ('requested', 'waitlisted') AND offered_until IS NULL
ORDER BY application_number DESC;

-- name: waiting_of_people
-- Why: nobody can tell an erased person that a seat has become free.
SELECT enrollment_id FROM enrollments WHERE person_id = ANY(:person_ids::uuid[]) AND status IN ('requested', 'waitlisted');

-- name: target
-- Why: somebody is transferred to an open cohort in which they have neither seat nor place. The locks of the person and of the seats are held.
SELECT c.programme_id, c.capacity, occupied(c) AS occupied, c.status = 'open' AS is_open, e.enrollment_id, e.status, e.transferred_from
FROM cohorts c LEFT JOIN enrollments e ON e.cohort_id = c.cohort_id AND e.person_id = :person_id
WHERE c.cohort_id = :cohort_id;

-- name: transfer
-- Why: the new enrollment is what the former was, and names it. Whoever withdrew from the other cohort has the same enrollment there as before.
INSERT INTO enrollments (enrollment_id, cohort_id, person_id, organization_id, shown_to_organization, status, accepted_at, profile, transferred_from)
SELECT :enrollment_id, :cohort_id, person_id, organization_id, shown_to_organization, :status, :accepted_at, profile, enrollment_id
FROM enrollments WHERE enrollment_id = :former_id
ON CONFLICT (cohort_id, person_id) DO UPDATE SET organization_id = excluded.organization_id, shown_to_organization = excluded.shown_to_organization,
    status = excluded.status, accepted_at = excluded.accepted_at, profile = excluded.profile, transferred_from = excluded.transferred_from,
    nominated = false, withdrawn_at = NULL, withdrawal = NULL, application_number = DEFAULT, recorded_at = DEFAULT;

-- name: waiting_in_order
-- Why: a waiting list is transferred in its order. Somebody to whom a seat is offered keeps the offer.
SELECT enrollment_id FROM enrollments WHERE cohort_id = :cohort_id AND status = 'waitlisted' AND offered_until IS NULL ORDER BY application_number;
