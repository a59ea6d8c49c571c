-- An import can be undone: what it gave is withdrawn by the usual events. `import_id` is the import that gave an enrollment as it stands, or
-- a consent; an undone consent counts as never given. `person_withdrew_at` is when a person last withdrew from the cohort themselves, which
-- an undone import does not tell: an application from before it enrolls nobody again.
ALTER TABLE enrollments ADD COLUMN import_id uuid, ADD COLUMN person_withdrew_at timestamptz;
UPDATE enrollments SET person_withdrew_at = withdrawn_at WHERE status = 'withdrawn';
ALTER TABLE consents ADD COLUMN import_id uuid, ADD COLUMN undone boolean NOT NULL DEFAULT false;
ALTER TABLE people ADD COLUMN rectified_at timestamptz;
UPDATE people SET rectified_at = clock_timestamp() WHERE person_id IN (SELECT person_id FROM former_identities);

ALTER TABLE imports
    ADD COLUMN undone integer NOT NULL DEFAULT 0,
    DROP CONSTRAINT imports_state_check,
    ADD CONSTRAINT imports_state_check
        CHECK (state IN ('queued', 'reading', 'previewed', 'running', 'done', 'failed', 'undoing', 'undone')),
    DROP CONSTRAINT imports_finished_check,
    ADD CONSTRAINT imports_finished_check CHECK ((finished_at IS NOT NULL) = (state IN ('done', 'failed', 'undoing', 'undone')));
ALTER TABLE import_rows
    DROP CONSTRAINT import_rows_outcome_check,
    ADD CONSTRAINT import_rows_outcome_check
        CHECK (outcome IN ('accepted', 'waitlisted', 'already_enrolled', 'review', 'refused', 'undone'));

CREATE FUNCTION count_undone_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE imports
    SET undone = undone + (NEW.outcome = 'undone')::integer - (OLD.outcome IS NOT DISTINCT FROM 'undone')::integer
    WHERE import_id = NEW.import_id;
    RETURN NULL;
END
$$;
CREATE TRIGGER count_undone_row AFTER UPDATE OF outcome ON import_rows
    FOR EACH ROW WHEN ('undone' IN (OLD.outcome, NEW.outcome)) EXECUTE FUNCTION count_undone_row();
