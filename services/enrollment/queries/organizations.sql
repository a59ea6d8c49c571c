-- name: organization
-- Why: whether it is there, and whether it is the same.
SELECT organization_id, name, organization_type, district FROM organizations WHERE organization_id = $1;

-- name: organizations
-- Why: the list of organizations; a delegate ($1) sees their own.
SELECT organization_id, name, organization_type, district FROM organizations
WHERE $1::uuid IS NULL OR organization_id = $1 ORDER BY name;

-- name: add_organization
-- Why: no row back means that the name is taken.
INSERT INTO organizations (organization_id, name, organization_type, district) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING RETURNING true;
