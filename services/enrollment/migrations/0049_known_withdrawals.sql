-- When a withdrawn consent took effect in another service, as that service announced it.
CREATE TABLE known_withdrawals (
    consent_id uuid NOT NULL,
    service text NOT NULL,
    version bigint NOT NULL,
    applied_at timestamptz NOT NULL,
    PRIMARY KEY (consent_id, service)
);
