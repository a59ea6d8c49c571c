-- The version of the enrollment that decided a scan; 0 for none. A newer one decides it again, those of before once.
ALTER TABLE scans ADD COLUMN seat_version integer NOT NULL DEFAULT 0;
DO $$
BEGIN
    EXECUTE format('GRANT UPDATE (seat_version) ON scans TO %I', regexp_replace(current_user, '_owner$', ''));
END $$;
