-- Withdrawn consents whose people were counted after the withdrawal: each is confirmed by one event, whatever generation is live.
CREATE TABLE applied_withdrawals (
    consent_id uuid PRIMARY KEY,
    person_id uuid NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX facts_of_withdrawals ON live.facts (subject) WHERE type = 'minka.enrollment.ConsentWithdrawn.v1';
