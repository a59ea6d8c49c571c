ALTER TABLE keys RENAME COLUMN made_at TO created_at;
