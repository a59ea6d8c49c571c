-- No process of the former release sends a text any more.
DROP TRIGGER correction_reason_is_chosen ON corrections;
DROP FUNCTION choose_correction_reason();
ALTER TABLE corrections ADD CONSTRAINT corrections_reason_check
    CHECK (reason IN ('marked_by_mistake', 'person_asked', 'signed_list', 'known_later', 'other'));
