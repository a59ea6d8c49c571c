-- What people are told. No row has an address or a name: they are read when the message is sent. `stop_code` is in the address by
-- which its reader gets no more.
CREATE TABLE messages (
    message_id uuid PRIMARY KEY,
    enrollment_id uuid NOT NULL REFERENCES enrollments,
    person_id uuid NOT NULL REFERENCES people,
    kind text NOT NULL,
    stop_code text NOT NULL UNIQUE,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'refused', 'unreachable', 'failed')),
    channel text CHECK (channel IN ('email', 'telephone')),
    reply integer,
    queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz CHECK ((settled_at IS NULL) = (state = 'queued'))
);
CREATE INDEX messages_by_time ON messages (queued_at);
CREATE INDEX messages_of_person ON messages (person_id);

-- The office's own texts, of each kind and language the newest.
CREATE TABLE message_templates (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    language text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    written_by text NOT NULL,
    written_at timestamptz NOT NULL
);
CREATE INDEX message_templates_of_kind ON message_templates (kind, language, number);

DO $$
DECLARE
    application text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('REVOKE DELETE, TRUNCATE ON messages FROM %I', application);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON message_templates FROM %I', application);
END $$;
