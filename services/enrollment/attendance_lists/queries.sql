-- name: listed_session
-- Why: the list says above which session it is of. It is asked for by cohort and session, because the cohort decides who may see it.
SELECT s.session_id, s.title, s.starts_at, s.ends_at, s.place, s.district, s.status = 'cancelled' AS is_cancelled, p.title AS programme, c.name AS cohort
FROM known_sessions s JOIN cohorts c USING (cohort_id) JOIN programmes p ON p.programme_id = c.programme_id
WHERE s.session_id = :session_id AND s.cohort_id = :cohort_id;

-- name: seated
-- Why: codes tell apart everybody with a seat. Some names are not shown to every reader. As arrays, thousands are read fast.
SELECT array_agg(enrollment_id) AS seated, array_agg(enrollment_id) FILTER (WHERE is_withheld) AS withheld
FROM (
    SELECT e.enrollment_id,
        NOT :sees_all::boolean AND EXISTS (SELECT FROM people_without_consent WHERE person_id = e.person_id) AS is_withheld
    FROM enrollments e WHERE e.cohort_id = :cohort_id AND e.status = 'accepted'
) AS people;

-- name: places_to_sign
-- Why: a page of the list is found before anything is decrypted. Of names there is a place in their order; a search gives those whom it found.
SELECT e.enrollment_id, upper(right(replace(e.enrollment_id::text, '-', ''), :code_length::integer)) AS code, o.place AS names
FROM enrollments e LEFT JOIN unnest(:by_name::uuid[]) WITH ORDINALITY AS o(enrollment_id, place) USING (enrollment_id)
WHERE e.cohort_id = :cohort_id AND e.status = 'accepted'
    AND (:found::uuid[] IS NULL OR e.enrollment_id IN (SELECT unnest(:found::uuid[])));
