-- No process of the former release sends a text any more.
DROP TRIGGER discard_reason_is_chosen ON dead_letters;
DROP FUNCTION choose_discard_reason();
ALTER TABLE dead_letters ADD CONSTRAINT dead_letters_reason_check
    CHECK (reason IN ('sent_by_mistake', 'test', 'superseded', 'not_an_event', 'other'));
