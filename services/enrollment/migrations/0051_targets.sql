-- Targets of indicators. What is null narrows nothing: no programme is all of them, no months are all there are, no place is all of Cajamarca, and no
-- subgroup is everybody.
CREATE TABLE targets (
    target_id uuid PRIMARY KEY,
    indicator text NOT NULL,
    programme_id uuid REFERENCES programmes,
    first_month text,
    last_month text,
    province text,
    district text,
    subgroup text,
    value integer NOT NULL CHECK (value > 0),
    baseline integer CHECK (baseline >= 0),
    baseline_source text,
    status text NOT NULL CHECK (status IN ('in_force', 'withdrawn')),
    recorded_at timestamptz NOT NULL,
    CHECK ((first_month IS NULL) = (last_month IS NULL)),
    CHECK (province IS NULL OR district IS NULL),
    CHECK ((baseline IS NULL) = (baseline_source IS NULL))
);
CREATE UNIQUE INDEX targets_in_force ON targets (indicator, programme_id, first_month, last_month, province, district, subgroup) NULLS NOT DISTINCT
    WHERE status = 'in_force';
