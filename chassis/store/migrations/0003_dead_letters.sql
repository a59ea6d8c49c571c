-- How many came in the last minute is asked before every batch, however many are kept.
CREATE INDEX dead_letters_lately ON dead_letters (consumer, parked_at);
-- Letters are redriven one after the other, each looked up anew.
CREATE INDEX dead_letters_to_redrive ON dead_letters (consumer, id) WHERE state = 'redriving';
