-- The reason for which a dead letter is discarded is chosen from a list: what people typed could name somebody. The former release
-- still asks for a text; from now on neither its texts nor older ones are stored.
CREATE FUNCTION choose_discard_reason() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.reason NOT IN ('sent_by_mistake', 'test', 'superseded', 'not_an_event', 'other') THEN
        NEW.reason := 'other';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER discard_reason_is_chosen BEFORE UPDATE OF reason ON dead_letters FOR EACH ROW EXECUTE FUNCTION choose_discard_reason();
UPDATE dead_letters SET reason = 'other' WHERE reason IS NOT NULL;
