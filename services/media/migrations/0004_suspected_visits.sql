-- How many visits by people came from an address on a day (America/Lima): of each, only the first twenty count. Kept for
-- ever, as `folded_visits` is; without the day's salt a digest identifies nobody.
CREATE TABLE address_visits (
    day date NOT NULL,
    address_digest text NOT NULL,
    visits integer NOT NULL,
    PRIMARY KEY (day, address_digest)
);

ALTER TABLE reach ADD COLUMN suspected_visits integer NOT NULL DEFAULT 0;

DO $$ BEGIN
    EXECUTE format('REVOKE DELETE, TRUNCATE ON address_visits FROM %I', regexp_replace(current_user, '_owner$', ''));
END $$;
