-- What was decided about two records of people: whether both are one person. Of a pair the last decision stands, and all of them together say as
-- whom each person is counted. `other_id` is null for a row of a sheet that was the person's own; `enrollment_id` is what a row got.
CREATE TABLE review_decisions (
    decision_id uuid PRIMARY KEY,
    person_id uuid NOT NULL REFERENCES people,
    other_id uuid REFERENCES people CHECK (person_id < other_id),
    enrollment_id uuid REFERENCES enrollments,
    decision text NOT NULL CHECK (decision IN ('same_person', 'other_person')),
    reason text NOT NULL,
    decided_by text NOT NULL,
    decided_at timestamptz NOT NULL,
    decision_number bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX review_decisions_of_pair ON review_decisions (person_id, other_id, decision_number);
CREATE INDEX review_decisions_of_other ON review_decisions (other_id) WHERE other_id IS NOT NULL;
CREATE INDEX import_rows_to_review ON import_rows (import_id) WHERE outcome = 'review';

DO $$
DECLARE
    application text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON review_decisions FROM %I', application);
END $$;
