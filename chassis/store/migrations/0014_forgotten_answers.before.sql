-- Answers given under an Idempotency-Key are forgotten after a week, by a job. From now on `key` is a digest of the client's key, and
-- the fingerprint is keyed by that key: nobody who has the table and the secrets can try what a form may have said.
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (answered_at);

DO $$ BEGIN EXECUTE format('GRANT DELETE ON idempotency_keys TO %I', regexp_replace(current_user, '_owner$', '')); END $$;
