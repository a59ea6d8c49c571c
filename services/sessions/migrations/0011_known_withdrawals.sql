-- Consents that were withdrawn, each confirmed by an event once whatever enrollment ended by it is stored.
CREATE TABLE known_withdrawals (
    consent_id uuid PRIMARY KEY,
    version integer NOT NULL,
    person_id uuid NOT NULL,
    withdrawn_at timestamptz NOT NULL
);
