-- name: add_entry
-- Why: What somebody changed is written in the transaction of the change, and what they read before the answer leaves.
INSERT INTO audit_trail (kind, author, action, subject, shown, format, reason, correlation_id)
VALUES (:kind, :author, :action, :subject, :shown, :format, :reason, :correlation_id);
