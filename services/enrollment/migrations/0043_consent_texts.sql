-- What people agree to, for each purpose. A text is written by one person and approved by another; its version is its first day.
CREATE TABLE consent_texts (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purpose text NOT NULL,
    first_day date NOT NULL,
    texts jsonb NOT NULL,
    drafted_by text NOT NULL,
    drafted_at timestamptz NOT NULL,
    approved_by text CHECK (approved_by <> drafted_by),
    approved_at timestamptz CHECK ((approved_at IS NULL) = (approved_by IS NULL)),
    discarded_by text,
    discarded_at timestamptz CHECK ((discarded_at IS NULL) = (discarded_by IS NULL)),
    CHECK (approved_at IS NULL OR discarded_at IS NULL)
);
CREATE UNIQUE INDEX consent_texts_of_day ON consent_texts (purpose, first_day) WHERE discarded_at IS NULL;
CREATE UNIQUE INDEX consent_texts_drafted ON consent_texts (purpose) WHERE approved_at IS NULL AND discarded_at IS NULL;

DO $$
DECLARE
    application text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('REVOKE DELETE, TRUNCATE ON consent_texts FROM %I', application);
END $$;
