-- What was corrected of a programme or of one of its modules, field by field: it is written once.
CREATE TABLE content_changes (
    change_id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes,
    module_id uuid REFERENCES modules,
    field text NOT NULL,
    former jsonb NOT NULL,
    corrected jsonb NOT NULL,
    reason text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
);
CREATE INDEX content_changes_of_programme ON content_changes (programme_id, changed_at);

DO $$
DECLARE
    application text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON content_changes FROM %I', application);
END $$;
