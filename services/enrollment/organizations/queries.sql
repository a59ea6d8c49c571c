-- name: organization
-- Why: a command checks whether the organization exists, and whether it is the same; pages show it.
SELECT organization_id, name, organization_type, district FROM organizations WHERE organization_id = :organization_id;

-- name: organizations
-- Why: the list of organizations; a delegate sees their own only.
SELECT organization_id, name, organization_type, district FROM organizations
WHERE :organization_id::uuid IS NULL OR organization_id = :organization_id;

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
