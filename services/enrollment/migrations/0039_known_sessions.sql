-- The calendar as sessions announces it, with what people were last told of each session. `told_…` is empty for a session that
-- nobody was told anything of; `reminded_of` is the start that people were reminded of.
CREATE TABLE known_sessions (
    session_id uuid PRIMARY KEY,
    version bigint NOT NULL,
    programme_id uuid NOT NULL,
    cohort_id uuid NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    district text NOT NULL,
    place text NOT NULL,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    status text NOT NULL,
    told_version bigint,
    told_starts_at timestamptz,
    told_place text,
    told_cancelled boolean,
    reminded_of timestamptz
);
CREATE INDEX known_sessions_by_start ON known_sessions (starts_at);
CREATE INDEX known_sessions_of_cohort ON known_sessions (cohort_id, starts_at);

-- Messages about a session name it, with the version that they tell of. What is no longer true when it would be sent is outdated.
ALTER TABLE messages ADD COLUMN session_id uuid, ADD COLUMN session_version bigint;
ALTER TABLE messages DROP CONSTRAINT messages_state_check;
ALTER TABLE messages ADD CONSTRAINT messages_state_check
    CHECK (state IN ('queued', 'sent', 'refused', 'unreachable', 'failed', 'outdated'));
