-- A scan that a person took back stays on record and decides nothing.
ALTER TYPE scan_outcome ADD VALUE 'undone';
