-- Targets are few among the facts, and are listed with how far they are reached.
CREATE INDEX facts_of_targets ON live.facts (kind) WHERE kind = 'target';
