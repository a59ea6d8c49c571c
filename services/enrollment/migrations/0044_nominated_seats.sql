-- Seats of a cohort that are an organization's to fill with its members. `nominated` enrollments take them; those that nobody takes yet are
-- nobody else's.
CREATE TABLE nominated_seats (
    cohort_id uuid NOT NULL REFERENCES cohorts,
    organization_id uuid NOT NULL REFERENCES organizations,
    seats integer NOT NULL CHECK (seats >= 0),
    PRIMARY KEY (cohort_id, organization_id)
);
CREATE INDEX nominated_seats_of_organization ON nominated_seats (organization_id);
ALTER TABLE enrollments ADD COLUMN nominated boolean NOT NULL DEFAULT false CHECK (NOT nominated OR organization_id IS NOT NULL);
CREATE INDEX enrollments_nominated ON enrollments (cohort_id, organization_id) WHERE nominated;

CREATE FUNCTION filled(s nominated_seats) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT count(*)::integer FROM enrollments
    WHERE cohort_id = s.cohort_id AND organization_id = s.organization_id AND nominated AND status = 'accepted'
$$;
CREATE OR REPLACE FUNCTION occupied(c cohorts) RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT c.taken + c.offered
        + (SELECT coalesce(sum(greatest(s.seats - filled(s), 0)), 0)::integer FROM nominated_seats s WHERE s.cohort_id = c.cohort_id)
$$;

-- Who gave a seat of an organization to another member, when and why. Nothing of it is ever changed.
CREATE TABLE substitutions (
    substitution_id uuid PRIMARY KEY DEFAULT uuidv7(),
    cohort_id uuid NOT NULL REFERENCES cohorts,
    organization_id uuid NOT NULL REFERENCES organizations,
    former_enrollment_id uuid NOT NULL REFERENCES enrollments,
    enrollment_id uuid NOT NULL REFERENCES enrollments,
    reason text NOT NULL,
    substituted_by text NOT NULL,
    substituted_at timestamptz NOT NULL
);
CREATE INDEX substitutions_of_organization ON substitutions (organization_id, substituted_at);
DO $$
DECLARE
    application text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON substitutions FROM %I', application);
END $$;

ALTER TABLE enrollments DROP CONSTRAINT enrollments_withdrawal_check,
    ADD CONSTRAINT enrollments_withdrawal_check
        CHECK (withdrawal IN ('asked', 'dissolved', 'consent', 'undone', 'erased', 'lapsed', 'substituted'));

-- A delegate follows at how many sessions a member was. What was recorded before this column has no state, and is not counted.
ALTER TABLE known_attendances ADD COLUMN state text;
