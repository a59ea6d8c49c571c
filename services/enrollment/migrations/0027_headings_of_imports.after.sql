-- The former release stored the headings of a sheet, and not by what its rows were read, so that nobody can correct these rows any more: what
-- is left of such an import is erased. It stored one fault of a file, and no list.
UPDATE import_rows r SET cells = NULL
FROM imports i
WHERE i.import_id = r.import_id AND i.headings IS NOT NULL AND i.understanding IS NULL AND i.finished_at IS NOT NULL AND r.cells IS NOT NULL;
UPDATE imports SET name = NULL, erased_at = clock_timestamp()
WHERE headings IS NOT NULL AND understanding IS NULL AND finished_at IS NOT NULL AND erased_at IS NULL;
UPDATE imports SET failure = failure || jsonb_build_object('faults', jsonb_build_array(failure)) WHERE NOT failure ? 'faults';
ALTER TABLE imports DROP COLUMN headings;
