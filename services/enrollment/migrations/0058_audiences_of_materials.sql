-- A material is for everybody, for those who have a seat and the staff, or for the staff alone.
ALTER TABLE materials ADD COLUMN audience text NOT NULL DEFAULT 'everybody';
