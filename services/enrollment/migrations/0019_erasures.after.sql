-- An import's file is deleted when the import ends; the former release stored it until it expired.
DELETE FROM import_files f USING imports i WHERE i.import_id = f.import_id AND i.state IN ('done', 'failed');
