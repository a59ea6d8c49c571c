-- The programme of which another is a copy.
ALTER TABLE programmes ADD COLUMN copied_from uuid REFERENCES programmes;
