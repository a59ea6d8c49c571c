-- name: listed_session
-- Why: the list says above which session it is of. It is asked for by cohort and session, because the cohort decides who may see it.
SELECT s.session_id, s.title, s.starts_at, s.ends_at, s.place, s.district, s.status = 'cancelled' AS is_cancelled, p.title AS programme, c.name AS cohort
FROM known_sessions s JOIN cohorts c USING (cohort_id) JOIN programmes p ON p.programme_id = c.programme_id
WHERE s.session_id = :session_id AND s.cohort_id = :cohort_id;

-- name: seated
-- Why: codes tell apart everybody with a seat. Some names are not shown to every reader.
SELECT e.enrollment_id, :sees_all::boolean OR NOT EXISTS (SELECT FROM people_without_consent WHERE person_id = e.person_id) AS is_readable
FROM enrollments e WHERE e.cohort_id = :cohort_id AND e.status = 'accepted';

-- name: places_to_sign
-- Why: a page of the list is found before anything is decrypted. Of names there is a place in their order.
SELECT s.enrollment_id, s.code, o.place AS names
FROM unnest(:enrollment_ids::uuid[], :codes::text[]) AS s(enrollment_id, code)
    LEFT JOIN unnest(:by_name::uuid[]) WITH ORDINALITY AS o(enrollment_id, place) USING (enrollment_id);
