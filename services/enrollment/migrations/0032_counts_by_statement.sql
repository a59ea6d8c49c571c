-- The counts of 0011 and 0024 change once with each statement instead of once with each row: a batch of an import writes a hundred rows.
CREATE FUNCTION count_new_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cohorts c SET taken = c.taken + n.taken, waiting = c.waiting + n.waiting
    FROM (
        SELECT cohort_id, count(*) FILTER (WHERE status = 'accepted') AS taken, count(*) FILTER (WHERE status = 'waitlisted') AS waiting
        FROM written GROUP BY cohort_id
    ) n
    WHERE c.cohort_id = n.cohort_id AND (n.taken, n.waiting) <> (0, 0);
    RETURN NULL;
END
$$;

CREATE FUNCTION count_changed_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE cohorts c SET taken = c.taken + n.taken, waiting = c.waiting + n.waiting
    FROM (
        SELECT cohort_id, sum(change * (status = 'accepted')::integer) AS taken, sum(change * (status = 'waitlisted')::integer) AS waiting
        FROM (SELECT cohort_id, status, 1 AS change FROM written UNION ALL SELECT cohort_id, status, -1 FROM former) states
        GROUP BY cohort_id
    ) n
    WHERE c.cohort_id = n.cohort_id AND (n.taken, n.waiting) <> (0, 0);
    RETURN NULL;
END
$$;

CREATE FUNCTION count_new_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE imports i
    SET accepted = i.accepted + n.accepted, accepted_new_people = i.accepted_new_people + n.new_people,
        already_enrolled = i.already_enrolled + n.already_enrolled, waitlisted = i.waitlisted + n.waitlisted,
        review = i.review + n.review, refused = i.refused + n.refused
    FROM (
        SELECT import_id,
            count(*) FILTER (WHERE outcome = 'accepted') AS accepted,
            count(*) FILTER (WHERE new_person) AS new_people,
            count(*) FILTER (WHERE outcome = 'already_enrolled') AS already_enrolled,
            count(*) FILTER (WHERE outcome = 'waitlisted') AS waitlisted,
            count(*) FILTER (WHERE outcome = 'review') AS review,
            count(*) FILTER (WHERE outcome = 'refused') AS refused
        FROM written GROUP BY import_id
    ) n
    WHERE i.import_id = n.import_id;
    RETURN NULL;
END
$$;

-- A row that was corrected, or undone, gets another outcome.
CREATE FUNCTION count_changed_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE imports i
    SET accepted = i.accepted + n.accepted, accepted_new_people = i.accepted_new_people + n.new_people,
        already_enrolled = i.already_enrolled + n.already_enrolled, waitlisted = i.waitlisted + n.waitlisted,
        review = i.review + n.review, refused = i.refused + n.refused, undone = i.undone + n.undone
    FROM (
        SELECT import_id,
            sum(change * (outcome = 'accepted')::integer) AS accepted,
            sum(change * new_person::integer) AS new_people,
            sum(change * (outcome = 'already_enrolled')::integer) AS already_enrolled,
            sum(change * (outcome = 'waitlisted')::integer) AS waitlisted,
            sum(change * (outcome = 'review')::integer) AS review,
            sum(change * (outcome = 'refused')::integer) AS refused,
            sum(change * (outcome = 'undone')::integer) AS undone
        FROM (
            SELECT import_id, outcome, new_person, 1 AS change FROM written
            UNION ALL SELECT import_id, outcome, new_person, -1 FROM former
        ) states
        GROUP BY import_id
    ) n
    WHERE i.import_id = n.import_id;
    RETURN NULL;
END
$$;

DROP TRIGGER count_seats ON enrollments;
DROP TRIGGER count_import_row ON import_rows;
DROP TRIGGER count_undone_row ON import_rows;
DROP FUNCTION count_seats();
DROP FUNCTION count_import_row();
DROP FUNCTION count_undone_row();
CREATE TRIGGER count_new_seats AFTER INSERT ON enrollments
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_new_seats();
CREATE TRIGGER count_changed_seats AFTER UPDATE ON enrollments
    REFERENCING OLD TABLE AS former NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_changed_seats();
CREATE TRIGGER count_new_rows AFTER INSERT ON import_rows
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_new_rows();
CREATE TRIGGER count_changed_rows AFTER UPDATE ON import_rows
    REFERENCING OLD TABLE AS former NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION count_changed_rows();
