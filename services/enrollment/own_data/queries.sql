-- name: people_of_document
-- Why: somebody is recognized by their date of birth among those of the document. It is looked up twice, because for an OR the planner would
-- read a young table from end to end.
SELECT person_id, identity, registered_at FROM people WHERE document_digest = :document_digest
UNION ALL SELECT person_id, identity, registered_at FROM people WHERE shared_document_digest = :document_digest
ORDER BY registered_at;
