-- name: programmes
-- Why: the public reads what each programme teaches. Of a module only its last edition counts.
SELECT p.programme_id, p.title, p.starts_on, p.ends_on, content.hours, content.mechanisms,
    EXISTS (SELECT FROM cohorts c WHERE c.programme_id = p.programme_id AND c.status = 'open' AND c.ends_on >= :today) AS takes_enrollments
FROM programmes p
CROSS JOIN LATERAL (
    SELECT coalesce(sum(hours), 0)::integer AS hours, coalesce(array_agg(DISTINCT mechanism), '{}') AS mechanisms
    FROM (SELECT DISTINCT ON (title) hours, mechanism FROM modules WHERE programme_id = p.programme_id ORDER BY title, edition DESC) last_editions
) content;

-- name: last_editions
-- Why: the page and the syllabus have each module once, in the order in which modules were first published.
SELECT DISTINCT ON (first_recorded_at, title) module_id, title, mechanism, hours, edition, languages, required_sessions, learning_outcomes
FROM (SELECT *, min(recorded_at) OVER (PARTITION BY title) AS first_recorded_at FROM modules WHERE programme_id = :programme_id) editions
ORDER BY first_recorded_at, title, edition DESC;

-- name: open_cohorts
-- Why: the public reads which cohorts take enrollments, and whether they have seats, but no number of people. The code leads to the form by
-- which people enroll themselves.
SELECT cohort_id, name, province, starts_on, ends_on, CASE WHEN occupied(cohorts) < capacity THEN 'free' ELSE 'full' END AS seats,
    (SELECT code FROM self_enrollments s WHERE s.cohort_id = cohorts.cohort_id AND s.is_open) AS code
FROM cohorts WHERE programme_id = :programme_id AND status = 'open' AND ends_on >= :today;
