-- Answers given under an Idempotency-Key, kept for ever: a queue from a place without signal may come back after weeks.
-- No personal data: the subject is the issuer's pseudonym, the fingerprint is keyed, the reply holds ids and counts.
CREATE TABLE idempotency_keys (
    subject text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint NOT NULL,
    location text,
    reply jsonb,
    answered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (subject, route, key)
);

DO $$ BEGIN EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON idempotency_keys FROM %I', regexp_replace(current_user, '_owner$', '')); END $$;
