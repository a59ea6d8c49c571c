-- name: listed_session
-- Why: the list says above which session it is of. It is asked for by cohort and session, because the cohort decides who may see it.
SELECT s.session_id, s.title, s.starts_at, s.ends_at, s.place, s.district, s.status = 'cancelled' AS is_cancelled, p.title AS programme, c.name AS cohort
FROM known_sessions s JOIN cohorts c USING (cohort_id) JOIN programmes p ON p.programme_id = c.programme_id
WHERE s.session_id = :session_id AND s.cohort_id = :cohort_id;
