-- The language in which somebody is written to, as they chose it; empty for the installation's first.
ALTER TABLE people ADD COLUMN language text;
