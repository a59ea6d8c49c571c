-- name: next_sessions
-- Why: the public reads what takes place next in a district: meetings of mechanisms, which are open to all, and trainings of cohorts that take people.
SELECT s.session_id, s.programme_id, s.title, s.kind, s.starts_at, s.place, s.district, p.title AS programme
FROM known_sessions s JOIN cohorts c USING (cohort_id) JOIN programmes p ON p.programme_id = c.programme_id
WHERE (:district::text IS NULL OR s.district = :district) AND s.status = 'scheduled' AND s.starts_at > :now AND (s.kind <> 'training' OR (c.status = 'open' AND c.ends_on >= :today));
