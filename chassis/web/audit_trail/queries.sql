-- name: add_entry
-- Why: What somebody changed is written in the transaction of the change, and what they read before the answer leaves.
INSERT INTO audit_trail (kind, author, action, subject, people, shown, format, reason, correlation_id)
VALUES (:kind, :author, :action, :subject, :people, :shown, :format, :reason, :correlation_id);

-- name: entries
-- Why: An auditor reads who read or changed what, the newest first.
SELECT entry_id, at, kind, author, action, subject, people, shown, format, reason, correlation_id FROM audit_trail
WHERE (:since::timestamptz IS NULL OR at >= :since) AND (:person::uuid IS NULL OR people @> ARRAY[:person::uuid] OR subject = :person::uuid::text)
  AND (:until::timestamptz IS NULL OR at < :until);

-- name: entry
-- Why: An auditor looks at one entry, and goes from it to others of the same author or subject.
SELECT entry_id, at, kind, author, action, subject, people, shown, format, reason, correlation_id FROM audit_trail WHERE entry_id = :entry_id;
