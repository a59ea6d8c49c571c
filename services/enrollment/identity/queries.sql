-- name: create_keys
-- Why: creates the keys of many subjects in one statement, on the key database. A subject that has a key keeps it.
INSERT INTO keys (subject, wrapped) SELECT * FROM unnest(:subjects::uuid[], :wrapped::bytea[])
ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
RETURNING subject, wrapped;

-- name: keys_of
-- Why: decrypting needs the keys, on the key database. An erased subject has none.
SELECT subject, wrapped FROM keys WHERE subject = ANY(:subjects::uuid[]);

-- name: destroy_key
-- Why: this erases the subject, on the key database.
DELETE FROM keys WHERE subject = :subject;
