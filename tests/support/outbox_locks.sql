-- A service's database in the tests refuses an event whose subject is not guarded: all transactions that write events of
-- a subject hold one lock in common, its own or that of something it belongs to, so that its versions come out in order.
CREATE SCHEMA tests;
CREATE TABLE tests.guards (subject text PRIMARY KEY, locks bigint[] NOT NULL);
-- pg_dump reads all tables that it finds.
GRANT USAGE ON SCHEMA tests TO PUBLIC;
GRANT SELECT ON tests.guards TO PUBLIC;

CREATE FUNCTION tests.check_guard() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    common bigint[] := ARRAY(
        SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 1 AND pid = pg_backend_pid()
    );
BEGIN
    INSERT INTO tests.guards AS known VALUES (NEW.aggregateid, common)
    ON CONFLICT (subject) DO UPDATE SET locks = ARRAY(SELECT unnest(known.locks) INTERSECT SELECT unnest(EXCLUDED.locks))
    RETURNING known.locks INTO common;
    IF common = '{}' THEN
        RAISE EXCEPTION 'no lock puts the versions of % in order: % was written without it', NEW.aggregateid, NEW.type
        USING ERRCODE = 'assert_failure';
    END IF;
    RETURN NULL;
END $$;

-- A visit has one event, written under an id that nobody else knows.
CREATE TRIGGER check_guard AFTER INSERT ON outbox FOR EACH ROW
WHEN (NEW.type NOT LIKE '%.VisitRecorded.%') EXECUTE FUNCTION tests.check_guard();
