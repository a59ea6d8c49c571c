-- A seat that becomes free is offered to the first who waits: `offered_until` is set while they can accept it, and nobody else gets the
-- seat. `days_to_accept` is how long; 0 gives the seat at once, as before.
ALTER TABLE enrollments ADD COLUMN offered_until timestamptz CHECK (offered_until IS NULL OR status = 'waitlisted');
CREATE INDEX enrollments_offered ON enrollments (offered_until) WHERE offered_until IS NOT NULL;
ALTER TABLE enrollments DROP CONSTRAINT enrollments_withdrawal_check,
    ADD CONSTRAINT enrollments_withdrawal_check
        CHECK (withdrawal IN ('asked', 'dissolved', 'consent', 'undone', 'erased', 'lapsed'));

-- `offered` counts the waitlisted enrollments with a seat that is offered to them.
ALTER TABLE cohorts
    ADD COLUMN offered integer NOT NULL DEFAULT 0 CHECK (offered >= 0),
    ADD COLUMN days_to_accept integer NOT NULL DEFAULT 3 CHECK (days_to_accept BETWEEN 0 AND 30);

-- The seats that are nobody else's to have: those that are taken, and those that are offered.
CREATE FUNCTION occupied(c cohorts) RETURNS integer LANGUAGE sql STABLE AS $$ SELECT c.taken + c.offered $$;

CREATE OR REPLACE FUNCTION count_new_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cohorts c SET taken = c.taken + n.taken, waiting = c.waiting + n.waiting, offered = c.offered + n.offered
    FROM (
        SELECT cohort_id, count(*) FILTER (WHERE status = 'accepted') AS taken, count(*) FILTER (WHERE status = 'waitlisted') AS waiting,
            count(*) FILTER (WHERE offered_until IS NOT NULL) AS offered
        FROM written GROUP BY cohort_id
    ) n
    WHERE c.cohort_id = n.cohort_id AND (n.taken, n.waiting, n.offered) <> (0, 0, 0);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION count_changed_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cohorts c SET taken = c.taken + n.taken, waiting = c.waiting + n.waiting, offered = c.offered + n.offered
    FROM (
        SELECT cohort_id, sum(change * (status = 'accepted')::integer) AS taken, sum(change * (status = 'waitlisted')::integer) AS waiting,
            sum(change * (offered_until IS NOT NULL)::integer) AS offered
        FROM (
            SELECT cohort_id, status, offered_until, 1 AS change FROM written
            UNION ALL SELECT cohort_id, status, offered_until, -1 FROM former
        ) states
        GROUP BY cohort_id
    ) n
    WHERE c.cohort_id = n.cohort_id AND (n.taken, n.waiting, n.offered) <> (0, 0, 0);
    RETURN NULL;
END
$$;

-- An offer that nobody accepted in time can be made again, too.
CREATE OR REPLACE FUNCTION may_be_reinstated(e enrollments) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT e.status = 'withdrawn' AND e.withdrawal IS NOT NULL AND e.withdrawal IN ('asked', 'dissolved', 'lapsed') AND consents_stand(e.person_id)
        AND NOT EXISTS (
            SELECT FROM consents c
            WHERE c.person_id = e.person_id AND c.purpose IN ('training', 'guardian') AND c.withdrawn_at >= e.withdrawn_at)
$$;

-- Only who agreed to be contacted is told something, and only of a cohort that is not over.
CREATE FUNCTION may_be_told(e enrollments, today date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM cohorts WHERE cohort_id = e.cohort_id AND ends_on >= today)
        AND EXISTS (SELECT FROM consents WHERE person_id = e.person_id AND purpose = 'contact' AND withdrawn_at IS NULL)
$$;

-- How an offer ends by itself: `untold` if its message reached nobody, `lapsed` if it did and the time is over. A message that is still on its
-- way ends nothing.
CREATE FUNCTION offer_end(e enrollments, now timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN m.state IN ('refused', 'unreachable', 'failed') THEN 'untold' WHEN m.state = 'sent' AND e.offered_until <= now THEN 'lapsed' END
    FROM messages m WHERE m.enrollment_id = e.enrollment_id AND m.kind = 'seat_offered' ORDER BY m.message_id DESC LIMIT 1
$$;
CREATE INDEX messages_of_enrollment ON messages (enrollment_id);
