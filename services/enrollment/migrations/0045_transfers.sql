-- An enrollment that somebody was transferred from, and how the other came about. What was attended and completed in it stays with it.
ALTER TABLE enrollments ADD COLUMN transferred_from uuid REFERENCES enrollments;
ALTER TABLE enrollments DROP CONSTRAINT enrollments_withdrawal_check,
    ADD CONSTRAINT enrollments_withdrawal_check CHECK (
        withdrawal IN ('asked', 'dissolved', 'consent', 'undone', 'erased', 'lapsed', 'substituted', 'transferred'));
