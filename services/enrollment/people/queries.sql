-- name: add_people
-- Why: nobody is known by these documents, or nobody whom the caller may see: then the person is registered apart, and it is kept as a
-- decision as whom they are counted. Arrays of one length alone fit into an array of arrays, so those of the digests come as text.
WITH added AS (
    INSERT INTO people (person_id, document_digest, shared_document_digest, counted_as, merge_id, identity, name_digests, profile, registered_at)
    SELECT person_id, document_digest, shared_document_digest, counted_as, merge_id, identity, name_digests::bytea[], profile::jsonb, registered_at
    FROM unnest(
        :person_id::uuid[], :document_digest::bytea[], :shared_document_digest::bytea[], :counted_as::uuid[], :merge_id::uuid[],
        :identity::bytea[], :name_digests::text[], :profile::text[], :registered_at::timestamptz[]
    ) AS p(person_id, document_digest, shared_document_digest, counted_as, merge_id, identity, name_digests, profile, registered_at)
    RETURNING person_id, counted_as, merge_id
)
INSERT INTO review_decisions (decision_id, person_id, other_id, decision, reason, decided_by, decided_at)
SELECT merge_id, least(person_id, counted_as), greatest(person_id, counted_as), 'same_person', 'data_agree', :author, :now
FROM added WHERE counted_as IS NOT NULL;

-- name: document_digest
-- Why: a person's lock is named by the blind index of their document. An erased person has none.
SELECT coalesce(document_digest, shared_document_digest) AS document_digest FROM people WHERE person_id = :person_id;

-- name: people_without_index
-- Why: a release that computed the index otherwise registered them. Erased people have none for ever.
SELECT person_id, identity FROM people
WHERE document_digest IS NULL AND shared_document_digest IS NULL AND identity IS NOT NULL ORDER BY person_id;

-- name: index_person
-- Why: the digests are computed from the identity. A person whose document is another's already is registered apart. The document's lock is held.
UPDATE people SET name_digests = :name_digests,
    document_digest = CASE WHEN known.document THEN NULL ELSE :document_digest::bytea END,
    shared_document_digest = CASE WHEN known.document THEN :document_digest::bytea END
FROM (SELECT EXISTS (SELECT FROM people WHERE document_digest = :document_digest) AS document) AS known
WHERE person_id = :person_id AND document_digest IS NULL AND shared_document_digest IS NULL;

-- name: counted_together
-- Why: a withdrawal concerns everything that is stored about one person, also where they were registered apart.
SELECT p.person_id FROM people p JOIN people named ON coalesce(p.counted_as, p.person_id) = coalesce(named.counted_as, named.person_id)
WHERE named.person_id = :person_id;

-- name: identities
-- Why: identities are decrypted for an answer to the person, or to be encrypted anew. An erased person has none.
SELECT person_id, identity FROM people WHERE person_id = ANY(:person_ids::uuid[]) AND identity IS NOT NULL;

-- name: people_in_sight
-- Why: somebody compares a row of a sheet with whoever has its document. A facilitator sees people of their own cohorts, an erased person nobody.
SELECT p.person_id, p.identity, p.profile FROM people p
WHERE p.person_id = ANY(:person_ids::uuid[]) AND p.identity IS NOT NULL
  AND (:facilitator::text IS NULL OR (consents_stand(p.person_id) AND EXISTS (
        SELECT FROM enrollments e JOIN assignments a USING (cohort_id)
        WHERE e.person_id = p.person_id AND a.facilitator_id = :facilitator AND a.active)));

-- name: replace_identities
-- Why: what may no longer be stored is removed, and the rest is encrypted anew.
UPDATE people p SET identity = r.identity FROM unnest(:person_id::uuid[], :identity::bytea[]) AS r(person_id, identity)
WHERE p.person_id = r.person_id;

-- name: change_contacts
-- Why: a person's history shows who gave a contact that was missing, and that an undone import took it back.
WITH changed AS (SELECT * FROM unnest(:person_id::uuid[], :identity::bytea[], :import_id::uuid[]) AS c(person_id, identity, import_id)),
former AS (
    INSERT INTO former_identities (person_id, identity, profile, reason, changed_by, changed_at, import_id)
    SELECT p.person_id, p.identity, p.profile, :reason, :author, :now, c.import_id FROM people p JOIN changed c USING (person_id)
)
UPDATE people p SET identity = c.identity FROM changed c WHERE p.person_id = c.person_id;

-- name: identities_before_import
-- Why: the contacts that an import added are taken back with it: those which stand in what replaced these.
SELECT person_id, identity, import_id FROM former_identities f
WHERE person_id = ANY(:person_ids::uuid[])
    AND EXISTS (SELECT FROM former_identities g WHERE g.person_id = f.person_id AND g.import_id = :import_id)
ORDER BY former_identity_id;

-- name: former_identities
-- Why: sheets may name a person as they were called before a correction, and the person is told what is stored.
SELECT former_identity_id, person_id, identity FROM former_identities WHERE person_id = ANY(:person_ids::uuid[]) ORDER BY former_identity_id;

-- name: replace_former_identities
-- Why: what may no longer be stored is removed here too.
UPDATE former_identities f SET identity = r.identity
FROM unnest(:former_identity_id::uuid[], :identity::bytea[]) AS r(former_identity_id, identity)
WHERE f.former_identity_id = r.former_identity_id;

-- name: places_in_cohort
-- Why: a page of the list is found before anything is decrypted. Of names there is a place in their order, for those who may read them;
-- a search gives the order of those whom it found.
SELECT * FROM (
    SELECT e.enrollment_id, e.status, e.accepted_at, e.offered_until,
        CASE e.status WHEN 'waitlisted' THEN row_number() OVER (PARTITION BY e.status ORDER BY e.application_number) END AS waiting_place,
        CASE WHEN :sees_all::boolean OR NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = e.person_id) THEN o.place END AS names
    FROM enrollments e LEFT JOIN unnest(:by_name::uuid[]) WITH ORDINALITY AS o(enrollment_id, place) USING (enrollment_id)
    WHERE e.cohort_id = :cohort_id
) AS places
WHERE names IS NOT NULL OR NOT :is_searched::boolean;

-- name: entries
-- Why: the rows of a page are decrypted, and nobody else's.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, e.shown_to_organization, p.identity,
    e.stated IS NULL AND NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = e.person_id) AS consents_stand, may_be_reinstated(e) AS may_be_reinstated, e.offered_until,
    (e.stated ->> 'completed_on')::date AS completed_on
FROM enrollments e JOIN cohorts c USING (cohort_id) JOIN people p USING (person_id)
WHERE e.enrollment_id = ANY(:enrollment_ids::uuid[]);

-- name: version_of_names
-- Why: names that were read hold until somebody enrolls, is named otherwise or is erased; each encryption has another result. The list is
-- that of a cohort or of an organization.
SELECT coalesce(sum(hash_record_extended(ROW(e.enrollment_id, p.identity), 0)), 0)
FROM enrollments e JOIN people p USING (person_id) WHERE e.cohort_id = :list_id OR e.organization_id = :list_id;

-- name: people_of_list
-- Why: names are sorted and searched here, because only this service can decrypt them. The versions add up to that of the list.
SELECT e.enrollment_id, e.person_id, hash_record_extended(ROW(e.enrollment_id, p.identity), 0) AS version
FROM enrollments e JOIN people p USING (person_id) WHERE e.cohort_id = :list_id OR e.organization_id = :list_id;

-- name: members
-- Why: of an organization's members it is known first whose names the reader may read. What the list of a past cohort states rests on no consent.
SELECT e.enrollment_id, c.name AS cohort, e.shown_to_organization,
    e.stated IS NULL AND NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = e.person_id) AS consents_stand
FROM enrollments e JOIN cohorts c USING (cohort_id) WHERE e.organization_id = :organization_id;

-- name: members_among
-- Why: the page of an organization names those who gave a seat to whom, as far as they are still its members.
SELECT enrollment_id FROM enrollments WHERE organization_id = :organization_id AND enrollment_id = ANY(:enrollment_ids::uuid[]);

-- name: places_of_members
-- Why: a page of the members is found before anything is decrypted. Of names there is a place in their order.
SELECT e.enrollment_id, CASE WHEN m.is_readable THEN c.name END AS cohort, e.status, e.accepted_at, o.place AS names,
    CASE WHEN m.is_readable THEN (
        SELECT count(*)::integer FROM known_attendances a
        WHERE a.enrollment_id = e.enrollment_id AND a.state IN ('present', 'late', 'left_early')) END AS attended,
    CASE WHEN m.is_readable THEN EXISTS (
        SELECT FROM known_completions k WHERE k.enrollment_id = e.enrollment_id AND k.achieved) END AS has_completed
FROM unnest(:enrollment_ids::uuid[], :readable::boolean[]) AS m(enrollment_id, is_readable)
    JOIN enrollments e USING (enrollment_id) JOIN cohorts c USING (cohort_id)
    LEFT JOIN unnest(:by_name::uuid[]) WITH ORDINALITY AS o(enrollment_id, place) USING (enrollment_id);

-- name: entries_of_members
-- Why: a delegate follows the members of their organization: their seats, attendance and completion.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, e.shown_to_organization, p.identity,
    e.stated IS NULL AND NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = e.person_id) AS consents_stand, e.nominated,
    (SELECT count(*)::integer FROM known_attendances a WHERE a.enrollment_id = e.enrollment_id AND a.state IN ('present', 'late', 'left_early')) AS attended,
    EXISTS (SELECT FROM known_completions k WHERE k.enrollment_id = e.enrollment_id AND k.achieved) AS has_completed
FROM enrollments e JOIN cohorts c USING (cohort_id) JOIN people p USING (person_id)
WHERE e.enrollment_id = ANY(:enrollment_ids::uuid[]);

-- name: entries_by_document
-- Why: a number finds its people exactly, whatever kind of document it is. A facilitator finds people of their own cohorts only.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, e.shown_to_organization, p.identity,
    e.stated IS NULL AND NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = e.person_id) AS consents_stand
FROM people p JOIN enrollments e USING (person_id) JOIN cohorts c USING (cohort_id)
WHERE (p.document_digest = ANY(:document_digests::bytea[]) OR p.shared_document_digest = ANY(:document_digests::bytea[]))
  AND (:facilitator::text IS NULL OR EXISTS (
        SELECT FROM assignments a WHERE a.cohort_id = e.cohort_id AND a.facilitator_id = :facilitator AND a.active));

-- name: entries_by_name
-- Why: candidates have a name that begins as each word of the search; their names are compared after decryption. A digest holds for one
-- person, so that a copy of the table does not tell who have the same names; therefore everybody in reach is looked at.
SELECT e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, e.status, e.accepted_at, e.shown_to_organization, p.identity,
    e.stated IS NULL AND NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = e.person_id) AS consents_stand
FROM people p JOIN enrollments e USING (person_id) JOIN cohorts c USING (cohort_id)
WHERE (SELECT bool_and(substring(sha256(beginning || uuid_send(p.person_id)) FOR :digest_bytes::integer) = ANY(p.name_digests))
       FROM unnest(:beginnings::bytea[]) AS beginning)
  AND (:facilitator::text IS NULL OR EXISTS (
        SELECT FROM assignments a WHERE a.cohort_id = e.cohort_id AND a.facilitator_id = :facilitator AND a.active))
LIMIT :limit;

-- name: release_document
-- Why: a document that its person has no more is that of the first who was registered apart with it.
UPDATE people SET document_digest = shared_document_digest, shared_document_digest = NULL
WHERE person_id = (
    SELECT person_id FROM people WHERE shared_document_digest = :document_digest AND counted_as IS NULL
    ORDER BY registered_at, person_id LIMIT 1
) AND NOT EXISTS (SELECT FROM people WHERE document_digest = :document_digest);
