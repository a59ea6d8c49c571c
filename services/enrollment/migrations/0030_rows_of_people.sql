-- A batch of an import that is undone looks for the rows of its people among those of the whole sheet.
CREATE INDEX import_rows_of_person ON import_rows (person_id) WHERE person_id IS NOT NULL;
