-- What only the former release read and wrote.
DROP TRIGGER declare_sheet ON imports;
DROP FUNCTION declare_sheet;
ALTER TABLE imports DROP COLUMN ubigeo_scheme;

UPDATE import_rows
SET faults = jsonb_build_array(
    jsonb_build_object('column', column_number, 'field', field, 'code', code, 'detail', detail, 'remedy', remedy)
)
WHERE code IS NOT NULL AND faults = '[]';
ALTER TABLE import_rows
    DROP COLUMN column_number,
    DROP COLUMN field,
    DROP COLUMN code,
    DROP COLUMN detail,
    DROP COLUMN remedy,
    ADD CHECK (outcome <> 'refused' OR faults <> '[]');
