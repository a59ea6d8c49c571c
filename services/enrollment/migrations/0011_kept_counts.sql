-- Counts that were recounted at each look: the seats of a cohort, and the outcomes of an import. Triggers change them in the
-- transaction that writes the counted row, so they are exact at any moment, whatever statement writes it.

-- `taken` counts the accepted enrollments, `waiting` the waitlisted ones.
ALTER TABLE cohorts
    ADD COLUMN taken integer NOT NULL DEFAULT 0 CHECK (taken >= 0),
    ADD COLUMN waiting integer NOT NULL DEFAULT 0 CHECK (waiting >= 0);

CREATE FUNCTION count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cohorts
    SET taken = taken + (NEW.status = 'accepted')::integer - (OLD.status IS NOT DISTINCT FROM 'accepted')::integer,
        waiting = waiting + (NEW.status = 'waitlisted')::integer - (OLD.status IS NOT DISTINCT FROM 'waitlisted')::integer
    WHERE cohort_id = NEW.cohort_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER count_seats AFTER INSERT OR UPDATE OF status ON enrollments
    FOR EACH ROW EXECUTE FUNCTION count_seats();

UPDATE cohorts c SET taken = counted.taken, waiting = counted.waiting
FROM (
    SELECT cohort_id, count(*) FILTER (WHERE status = 'accepted') AS taken, count(*) FILTER (WHERE status = 'waitlisted') AS waiting
    FROM enrollments GROUP BY cohort_id
) counted
WHERE counted.cohort_id = c.cohort_id;

-- `accepted_new_people` are those of the accepted rows whose person had no other accepted enrollment.
ALTER TABLE imports
    ADD COLUMN accepted integer NOT NULL DEFAULT 0,
    ADD COLUMN accepted_new_people integer NOT NULL DEFAULT 0,
    ADD COLUMN already_enrolled integer NOT NULL DEFAULT 0,
    ADD COLUMN waitlisted integer NOT NULL DEFAULT 0,
    ADD COLUMN review integer NOT NULL DEFAULT 0,
    ADD COLUMN refused integer NOT NULL DEFAULT 0;

CREATE FUNCTION count_import_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE imports
    SET accepted = accepted + (NEW.outcome = 'accepted')::integer,
        accepted_new_people = accepted_new_people + NEW.new_person::integer,
        already_enrolled = already_enrolled + (NEW.outcome = 'already_enrolled')::integer,
        waitlisted = waitlisted + (NEW.outcome = 'waitlisted')::integer,
        review = review + (NEW.outcome = 'review')::integer,
        refused = refused + (NEW.outcome = 'refused')::integer
    WHERE import_id = NEW.import_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER count_import_row AFTER INSERT ON import_rows
    FOR EACH ROW EXECUTE FUNCTION count_import_row();

UPDATE imports i
SET accepted = counted.accepted, accepted_new_people = counted.accepted_new_people, already_enrolled = counted.already_enrolled,
    waitlisted = counted.waitlisted, review = counted.review, refused = counted.refused
FROM (
    SELECT import_id,
        count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
        count(*) FILTER (WHERE new_person) AS accepted_new_people,
        count(*) FILTER (WHERE outcome = 'already_enrolled') AS already_enrolled,
        count(*) FILTER (WHERE outcome = 'waitlisted') AS waitlisted,
        count(*) FILTER (WHERE outcome = 'review') AS review,
        count(*) FILTER (WHERE outcome = 'refused') AS refused
    FROM import_rows GROUP BY import_id
) counted
WHERE counted.import_id = i.import_id;
