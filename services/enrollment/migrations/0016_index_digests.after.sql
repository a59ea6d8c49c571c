ALTER TABLE people DROP COLUMN document_index, DROP COLUMN shared_document_index, DROP COLUMN name_blocks;
