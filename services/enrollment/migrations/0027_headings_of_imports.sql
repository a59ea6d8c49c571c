-- A heading can name a person. `columns` are the headings that the sender of a sheet declared to be a field or not to be read, and
-- `failure_headings` those that the failure's faults are about: both are ciphertext under the import's key.
ALTER TABLE imports ADD COLUMN columns bytea, ADD COLUMN failure_headings bytea;
UPDATE imports SET declaration = declaration - 'columns' WHERE declaration ? 'columns';
