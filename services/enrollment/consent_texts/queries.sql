-- name: approved_texts
-- Why: a consent is to the text that was in force on its day. There are few texts, so all are read.
SELECT purpose, first_day, texts FROM consent_texts WHERE approved_at IS NOT NULL ORDER BY purpose, first_day;

-- name: texts_of_purpose
-- Why: the page of a purpose shows what was written for it, the newest first, with who wrote and who approved it.
SELECT number, purpose, first_day, texts, drafted_by, drafted_at, approved_by, approved_at, discarded_by, discarded_at
FROM consent_texts WHERE purpose = :purpose ORDER BY number DESC;

-- name: add_draft
-- Why: somebody else approves a text before anybody agrees to it.
INSERT INTO consent_texts (purpose, first_day, texts, drafted_by, drafted_at)
VALUES (:purpose, :first_day, :texts, :drafted_by, :drafted_at);

-- name: approve
-- Why: the text is in force from its first day.
UPDATE consent_texts SET approved_by = :decided_by, approved_at = :decided_at
WHERE number = :number AND approved_at IS NULL AND discarded_at IS NULL;

-- name: discard
-- Why: a text that is not approved stays readable, with who discarded it.
UPDATE consent_texts SET discarded_by = :decided_by, discarded_at = :decided_at
WHERE number = :number AND approved_at IS NULL AND discarded_at IS NULL;
