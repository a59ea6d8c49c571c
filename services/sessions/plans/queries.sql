-- name: modules_of_plan
-- Why: The plan shows how many required sessions each module asks for and has. Editions of a title are one module, and
-- the id of the newest is the greatest.
SELECT (array_agg(m.module_id ORDER BY m.module_id DESC))[1] AS module_id, m.title, max(m.required_sessions) AS asked, count(DISTINCT s.session_id) AS planned
FROM known_cohorts c JOIN known_modules m USING (programme_id)
LEFT JOIN sessions s ON s.cohort_id = c.cohort_id AND s.module_id = m.module_id AND s.required AND s.status <> 'cancelled'
WHERE c.cohort_id = :cohort_id GROUP BY m.title ORDER BY m.title;

-- name: declarations
-- Why: The plan's page shows who declared it complete or reopened it, the newest first.
SELECT number, plan_id, complete, required_sessions, missing, declared_by, declared_at
FROM plan_declarations WHERE cohort_id = :cohort_id ORDER BY number DESC;

-- name: add_declaration
-- Why: What was declared is never changed; the newest declaration counts.
INSERT INTO plan_declarations (plan_id, cohort_id, complete, required_sessions, missing, declared_by, declared_at)
VALUES (:plan_id, :cohort_id, :complete, :required_sessions, :missing, :declared_by, :declared_at);

-- name: count_completed
-- Why: A plan by which somebody completed is not reopened.
SELECT count(*) FROM completions c JOIN known_enrollments e USING (enrollment_id) WHERE e.cohort_id = :cohort_id AND c.achieved;
