-- name: person
-- Why: a person is told all that is stored about them; also that they were erased, and when.
SELECT p.person_id, p.counted_as, p.profile, p.registered_at, e.reason, e.erased_at, e.keys_destroyed_at
FROM people p LEFT JOIN erasures e USING (person_id)
WHERE p.person_id = :person_id;

-- name: consents_of_person
-- Why: a person is told what they agreed to, in which words, what was withdrawn, by whom, and what ended by it. A message that was on its way
-- and is not sent for want of the consent is counted as stopped. The other services announce when the withdrawal took effect there.
SELECT n.consent_id, n.purpose, n.text_version, n.given_at, n.withdrawn_at, n.withdrawn_by, n.undone, n.ended_enrollments,
    (SELECT count(*) FROM messages m
     WHERE n.purpose = 'contact' AND m.person_id = n.person_id AND m.queued_at <= n.withdrawn_at AND (
        m.state = 'unreachable' AND m.settled_at >= n.withdrawn_at
        OR m.state = 'queued' AND NOT EXISTS (
            SELECT FROM consents s WHERE s.person_id = n.person_id AND s.purpose = 'contact' AND s.withdrawn_at IS NULL))) AS stopped_messages,
    (SELECT applied_at FROM known_withdrawals k WHERE k.consent_id = n.consent_id AND k.service = 'sessions') AS applied_in_sessions_at,
    (SELECT applied_at FROM known_withdrawals k WHERE k.consent_id = n.consent_id AND k.service = 'reporting') AS applied_in_reporting_at
FROM consents n WHERE n.person_id = :person_id
ORDER BY n.given_at, n.consent_id;

-- name: enrollments_of_person
-- Why: a person is told where they enrolled, for whom, and what was stored of them on that day.
SELECT e.enrollment_id, e.cohort_id, c.name AS cohort, g.title AS programme, o.name AS organization, e.shown_to_organization,
    e.status, e.recorded_at, e.accepted_at, e.withdrawn_at, e.stated IS NOT NULL AS is_stated, (e.stated ->> 'completed_on')::date AS completed_on,
    e.profile
FROM enrollments e JOIN cohorts c USING (cohort_id) JOIN programmes g USING (programme_id) LEFT JOIN organizations o USING (organization_id)
WHERE e.person_id = :person_id ORDER BY e.recorded_at, e.enrollment_id;

-- name: standing_purposes
-- Why: ways of contact are stored only while the person agrees to be contacted.
SELECT DISTINCT purpose FROM consents WHERE person_id = ANY(:person_ids::uuid[]) AND withdrawn_at IS NULL;

-- name: is_document_taken
-- Why: a correction must not give one person the document of another. The lock of the document is held.
SELECT EXISTS (SELECT FROM people WHERE document_digest = :document_digest AND person_id <> ALL(:person_ids::uuid[]))
    OR EXISTS (SELECT FROM people WHERE shared_document_digest = :document_digest AND person_id <> ALL(:person_ids::uuid[]));

-- name: rectify
-- Why: what was wrong is replaced, and the person is found by the right names.
UPDATE people SET identity = :identity, name_digests = :name_digests, rectified_at = clock_timestamp() WHERE person_id = :person_id;

-- name: add_former_identity
-- Why: sheets that name the person as before are found by it, when the person is erased.
-- The person's history shows it with its author and reason.
INSERT INTO former_identities (person_id, identity, profile, reason, changed_by, changed_at)
VALUES (:person_id, :identity, :profile, :reason, :changed_by, :changed_at);

-- name: profiles
-- Why: what was stored of people before a correction is kept with their profiles.
SELECT person_id, profile FROM people WHERE person_id = ANY(:person_ids::uuid[]);

-- name: former_states
-- Why: the person's history shows what was corrected of them, when, by whom and why.
SELECT identity, profile, reason, changed_by, changed_at FROM former_identities WHERE person_id = :person_id ORDER BY former_identity_id;

-- name: rectify_profile
-- Why: later enrollments are completed from the right profile; those before keep the profile of their day.
UPDATE people SET profile = :profile WHERE person_id = :person_id;

-- name: move_to_document
-- Why: the person, with the records that are counted as theirs, is found by the right document.
UPDATE people SET document_digest = CASE WHEN counted_as IS NULL THEN :document_digest::bytea END,
    shared_document_digest = CASE WHEN counted_as IS NOT NULL THEN :document_digest::bytea END
WHERE person_id = ANY(:person_ids::uuid[]);

-- name: erase_people
-- Why: nothing that identifies these people, or did before a correction, and nothing by which they are found, stays stored.
WITH former AS (DELETE FROM former_identities WHERE person_id = ANY(:person_ids::uuid[])),
    alike AS (DELETE FROM similar_people WHERE person_id = ANY(:person_ids::uuid[])),
    asked AS (
        UPDATE data_requests SET state = 'granted', reason = 'erased', decided_by = :author, decided_at = :now, asked = NULL, version = version + 1
        WHERE person_id = ANY(:person_ids::uuid[]) AND state = 'waiting'
    )
UPDATE people SET identity = NULL, document_digest = NULL, shared_document_digest = NULL, name_digests = '{}', language = NULL
WHERE person_id = ANY(:person_ids::uuid[]);

-- name: add_erasures
-- Why: the coordination can show when and why somebody was erased.
INSERT INTO erasures (person_id, reason, erased_at) SELECT person_id, :reason, :erased_at FROM unnest(:person_ids::uuid[]) AS person_id;

-- name: erasure
-- Why: an erasure is asked for once; a second request is told of the first.
SELECT person_id, reason, erased_at, keys_destroyed_at FROM erasures WHERE person_id = :person_id;

-- name: finish_erasures
-- Why: the keys are destroyed in their own database, after the transaction of the erasure.
UPDATE erasures SET keys_destroyed_at = clock_timestamp() WHERE person_id = ANY(:person_ids::uuid[]) AND keys_destroyed_at IS NULL;
