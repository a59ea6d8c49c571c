-- A sheet can be shown before anything of it is written. `declaration` is what its sender declared about all rows, as JSON;
-- `preview` is what was understood of it, and `understanding` what the rows were read by, both as ciphertext under the import's key.
-- `undone` is for an import whose enrollments were withdrawn again.
ALTER TABLE imports
    ADD COLUMN declaration jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN preview bytea,
    ADD COLUMN understanding bytea,
    DROP CONSTRAINT imports_state_check,
    ADD CONSTRAINT imports_state_check
        CHECK (state IN ('queued', 'reading', 'previewed', 'running', 'done', 'failed', 'undone')),
    DROP CONSTRAINT imports_check1,
    ADD CONSTRAINT imports_finished_check CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'failed', 'undone')));
UPDATE imports
SET declaration = jsonb_strip_nulls(jsonb_build_object('cohort_id', cohort_id, 'ubigeo_scheme', ubigeo_scheme));

-- A sheet that the former release takes meanwhile is declared as it is by the new one.
CREATE FUNCTION declare_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.declaration = NEW.declaration
        || jsonb_strip_nulls(jsonb_build_object('cohort_id', NEW.cohort_id, 'ubigeo_scheme', NEW.ubigeo_scheme));
    RETURN NEW;
END
$$;
CREATE TRIGGER declare_sheet BEFORE INSERT ON imports FOR EACH ROW EXECUTE FUNCTION declare_sheet();

-- A row has all its `faults`: an array of objects with field, code, detail, remedy and the number of the column. A workbook has
-- several tabs, counted from 0, each with lines of its own.
ALTER TABLE import_rows
    ADD COLUMN tab integer NOT NULL DEFAULT 0 CHECK (tab >= 0),
    ADD COLUMN faults jsonb NOT NULL DEFAULT '[]',
    DROP CONSTRAINT import_rows_check1,
    DROP CONSTRAINT import_rows_pkey,
    ADD PRIMARY KEY (import_id, tab, line);
UPDATE import_rows
SET faults = jsonb_build_array(
    jsonb_build_object('column', column_number, 'field', field, 'code', code, 'detail', detail, 'remedy', remedy)
)
WHERE code IS NOT NULL;

-- A row that was corrected gets another outcome.
CREATE OR REPLACE FUNCTION count_import_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE imports
    SET accepted = accepted + (NEW.outcome = 'accepted')::integer - (OLD.outcome IS NOT DISTINCT FROM 'accepted')::integer,
        accepted_new_people = accepted_new_people + NEW.new_person::integer - coalesce(OLD.new_person, false)::integer,
        already_enrolled = already_enrolled + (NEW.outcome = 'already_enrolled')::integer
            - (OLD.outcome IS NOT DISTINCT FROM 'already_enrolled')::integer,
        waitlisted = waitlisted + (NEW.outcome = 'waitlisted')::integer
            - (OLD.outcome IS NOT DISTINCT FROM 'waitlisted')::integer,
        review = review + (NEW.outcome = 'review')::integer - (OLD.outcome IS NOT DISTINCT FROM 'review')::integer,
        refused = refused + (NEW.outcome = 'refused')::integer - (OLD.outcome IS NOT DISTINCT FROM 'refused')::integer
    WHERE import_id = NEW.import_id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER count_import_row AFTER INSERT OR UPDATE OF outcome, new_person ON import_rows
    FOR EACH ROW EXECUTE FUNCTION count_import_row();

-- What was declared about sheets of one form, by the digest of its headings: the next sheet of this form is understood alike.
-- Headings are stored as digests too, because one can name a person.
CREATE TABLE sheet_forms (
    form bytea PRIMARY KEY,
    declaration jsonb NOT NULL,
    columns jsonb NOT NULL,
    remembered_at timestamptz NOT NULL
);
