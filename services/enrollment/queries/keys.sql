-- name: create_keys
-- Why: keys of many subjects in one statement, on the key database; a subject that has one keeps it.
INSERT INTO keys (subject, wrapped) SELECT * FROM unnest($1::uuid[], $2::bytea[])
ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
RETURNING subject, wrapped;

-- name: keys_of
-- Why: opening what is sealed, on the key database; a subject without a key was erased.
SELECT subject, wrapped FROM keys WHERE subject = ANY($1::uuid[]);

-- name: destroy_key
-- Why: erasure, on the key database.
DELETE FROM keys WHERE subject = $1;
