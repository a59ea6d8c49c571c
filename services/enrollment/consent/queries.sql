-- name: add_consents
-- Why: each new agreement is one row; the people of a sheet's rows agree in one statement.
INSERT INTO consents (consent_id, person_id, purpose, text_version, given_at, import_id)
SELECT * FROM unnest(
    :consent_id::uuid[], :person_id::uuid[], :purpose::text[], :text_version::text[], :occurred_at::timestamptz[], :import_id::uuid[]
);

-- name: withdraw_consents
-- Why: a withdrawal concerns a purpose, so it covers every version of the purpose's text.
UPDATE consents SET withdrawn_at = :now WHERE person_id = ANY(:person_ids::uuid[]) AND purpose = :purpose AND withdrawn_at IS NULL
RETURNING consent_id, person_id, purpose, text_version, withdrawn_at AS occurred_at;

-- name: undo_consents
-- Why: what only an undone import gave is withdrawn; a consent that stood before was not given again, and stays.
UPDATE consents SET withdrawn_at = :now, undone = true
WHERE import_id = :import_id AND person_id = ANY(:person_ids::uuid[]) AND withdrawn_at IS NULL
RETURNING consent_id, person_id, purpose, text_version, withdrawn_at AS occurred_at;
