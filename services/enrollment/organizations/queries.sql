-- name: organization
-- Why: a command checks whether the organization exists, and whether it is the same; pages show it.
SELECT organization_id, name, organization_type, district FROM organizations WHERE organization_id = :organization_id;

-- name: organizations
-- Why: the list of organizations, with those for which somebody completed, as the figure counts them; a delegate sees their own only, without that.
SELECT organization_id, name, organization_type, district, CASE WHEN :organization_id::uuid IS NULL THEN EXISTS (
    SELECT FROM enrollments e JOIN known_completions k USING (enrollment_id)
    WHERE e.organization_id = o.organization_id AND k.achieved) END AS is_trained
FROM organizations o
WHERE :organization_id::uuid IS NULL OR organization_id = :organization_id;

-- name: completions
-- Why: the figure of trained organizations is followed to the completions that make one so, which name nobody.
SELECT k.completion_id, e.enrollment_id, e.person_id, e.cohort_id, c.name AS cohort, p.title AS programme
FROM enrollments e JOIN known_completions k USING (enrollment_id) JOIN cohorts c USING (cohort_id) JOIN programmes p USING (programme_id)
WHERE e.organization_id = :organization_id AND k.achieved;

-- name: named_organizations
-- Why: sheets name organizations as people do, and forms offer them by name.
SELECT organization_id, name FROM organizations ORDER BY name;

-- name: add_organization
-- Why: an organization is stored once; no row is returned if another one has the name.
INSERT INTO organizations (organization_id, name, organization_type, district)
VALUES (:organization_id, :name, :organization_type, :district)
ON CONFLICT DO NOTHING RETURNING true;

-- name: correct_organization
-- Why: an organization is another from now on, and is told as of when it was registered.
UPDATE organizations SET name = :name, organization_type = :organization_type, district = :district
WHERE organization_id = :organization_id RETURNING recorded_at;

-- name: contacts
-- Why: the newest says whom to call, and those before who it was.
SELECT number, contact_id, contact, written_by, written_at FROM organization_contacts
WHERE organization_id = :organization_id ORDER BY number DESC;

-- name: contact_version
-- Why: a contact is written on what somebody saw of it. An erased one has no version.
SELECT coalesce(max(number), 0) FROM organization_contacts WHERE organization_id = :organization_id;

-- name: add_contact
-- Why: what is written counts from now on, and what was written before stays.
INSERT INTO organization_contacts (organization_id, contact_id, contact, written_by, written_at)
VALUES (:organization_id, :contact_id, :contact, :written_by, :written_at);

-- name: delete_contacts
-- Why: somebody who asks for it is erased with all that was written of them.
DELETE FROM organization_contacts WHERE organization_id = :organization_id RETURNING contact_id;
