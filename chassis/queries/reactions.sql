-- name: remember_event
-- Why: an event has its effect once per handler; the row and the effect commit together. No row back: it was here before.
INSERT INTO inbox (handler, source, event_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING true;
