-- The reason of a correction is chosen from a list: what people typed could name somebody, and an erasure did not reach it. The
-- former release still asks for a text; from now on neither its texts nor older ones are stored.
CREATE FUNCTION choose_correction_reason() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.reason NOT IN ('marked_by_mistake', 'person_asked', 'signed_list', 'known_later', 'other') THEN
        NEW.reason := 'other';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER correction_reason_is_chosen BEFORE INSERT ON corrections FOR EACH ROW EXECUTE FUNCTION choose_correction_reason();
UPDATE corrections SET reason = 'other';
