-- name: add_consents
-- Why: each new agreement is one row; the people of a sheet's rows agree in one statement.
INSERT INTO consents (consent_id, person_id, purpose, text_version, given_at, import_id)
SELECT * FROM unnest(
    :consent_id::uuid[], :person_id::uuid[], :purpose::text[], :text_version::text[], :occurred_at::timestamptz[], :import_id::uuid[]
);

-- name: withdraw_consents
-- Why: a withdrawal concerns a purpose, so it covers every version of the purpose's text. It is shown by whom it was, and what ended by it.
UPDATE consents c SET withdrawn_at = :now, withdrawn_by = :author,
    ended_enrollments = (SELECT count(*) FROM enrollments e WHERE e.enrollment_id = ANY(:ended::uuid[]) AND e.person_id = c.person_id)
WHERE person_id = ANY(:person_ids::uuid[]) AND purpose = :purpose AND withdrawn_at IS NULL
RETURNING consent_id, person_id, purpose, text_version, withdrawn_at AS occurred_at;

-- name: undo_consents
-- Why: what only an undone import gave is withdrawn; a consent that stood before was not given again, and stays.
UPDATE consents SET withdrawn_at = :now, withdrawn_by = :author, undone = true
WHERE import_id = :import_id AND person_id = ANY(:person_ids::uuid[]) AND withdrawn_at IS NULL
RETURNING consent_id, person_id, purpose, text_version, withdrawn_at AS occurred_at;
