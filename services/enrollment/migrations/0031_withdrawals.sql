-- Why an enrollment was withdrawn. A withdrawal that somebody asked for can be undone, unless the person took a consent back since; one that
-- followed from something else cannot, nor one from before this column.
ALTER TABLE enrollments ADD COLUMN withdrawal text CHECK (withdrawal IN ('asked', 'dissolved', 'consent', 'undone', 'erased'));

CREATE FUNCTION may_be_reinstated(e enrollments) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT e.status = 'withdrawn' AND e.withdrawal IS NOT NULL AND e.withdrawal IN ('asked', 'dissolved') AND consents_stand(e.person_id)
        AND NOT EXISTS (
            SELECT FROM consents c
            WHERE c.person_id = e.person_id AND c.purpose IN ('training', 'guardian') AND c.withdrawn_at >= e.withdrawn_at)
$$;
