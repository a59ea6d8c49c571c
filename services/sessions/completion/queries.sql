-- name: required_sessions
-- Why: Completion counts over the planned, required sessions.
SELECT session_id FROM sessions WHERE cohort_id = :cohort_id AND required AND status <> 'cancelled';

-- name: is_plan_complete
-- Why: Without a plan that was declared complete nobody completes.
SELECT complete FROM plan_declarations WHERE cohort_id = :cohort_id ORDER BY number DESC LIMIT 1;

-- name: newest_rule
-- Why: New completions are decided by the newest rule.
SELECT rule_version AS version, minimum_percent FROM completion_rules
WHERE programme_id = :programme_id ORDER BY rule_version DESC LIMIT 1;

-- name: rules_of_programme
-- Why: The rule's page shows all versions, newest first.
SELECT rule_version, minimum_percent, published_at FROM completion_rules
WHERE programme_id = :programme_id ORDER BY rule_version DESC;

-- name: add_rule
-- Why: A published rule is never changed.
INSERT INTO completion_rules (rule_id, programme_id, rule_version, minimum_percent, published_by, published_at)
VALUES (:rule_id, :programme_id, :rule_version, :minimum_percent, :published_by, :published_at);

-- name: candidates
-- Why: Only an enrollment with attendance can complete. The earlier completion decides what is kept.
SELECT e.enrollment_id, e.status = 'accepted' AS is_seated, c.completion_id, c.rule_version, c.minimum_percent, c.required_sessions,
    c.attended, c.achieved, c.achieved_at
FROM known_enrollments e LEFT JOIN completions c USING (enrollment_id)
WHERE e.cohort_id = :cohort_id AND (:enrollments::uuid[] IS NULL OR e.enrollment_id = ANY(:enrollments))
  AND EXISTS (SELECT FROM attendances a WHERE a.enrollment_id = e.enrollment_id)
ORDER BY e.enrollment_id;

-- name: attended_sessions
-- Why: A completion is achieved at the start of the session that completed it.
SELECT a.enrollment_id, a.session_id, s.starts_at FROM attendances a JOIN sessions s USING (session_id)
WHERE a.enrollment_id = ANY(:enrollments) AND a.state = ANY(:attended::attendance_state[]);

-- name: save_completion
-- Why: A completion keeps the requirements it was decided by, and the profile of its first achievement.
INSERT INTO completions AS c (completion_id, enrollment_id, rule_version, minimum_percent, required_sessions, attended, achieved, achieved_at, profile)
SELECT :completion_id, :enrollment_id, :rule_version, :minimum_percent, :required_sessions, :attended, :achieved, :achieved_at, e.profile
FROM known_enrollments e WHERE e.enrollment_id = :enrollment_id
ON CONFLICT (enrollment_id) DO UPDATE SET rule_version = excluded.rule_version, minimum_percent = excluded.minimum_percent,
    required_sessions = excluded.required_sessions, attended = excluded.attended, achieved = excluded.achieved,
    achieved_at = excluded.achieved_at;

-- name: completions_in_full
-- Why: An event carries the completion's full state.
SELECT c.completion_id, c.enrollment_id, e.person_id, e.programme_id, e.cohort_id, c.rule_version, c.attended,
    cardinality(c.required_sessions) AS planned, c.achieved, c.achieved_at, c.profile
FROM completions c JOIN known_enrollments e USING (enrollment_id) WHERE c.enrollment_id = ANY(:enrollments) ORDER BY c.completion_id;

-- name: progress_of_cohort
-- Why: Coordinator and facilitator see how each enrollment stands against the plan.
SELECT e.enrollment_id, count(a.attendance_id) FILTER (WHERE a.state = ANY(:attended::attendance_state[]) AND s.required AND s.status <> 'cancelled') AS attended,
    coalesce(c.achieved, false) AS achieved, c.achieved_at, c.rule_version
FROM known_enrollments e
LEFT JOIN attendances a USING (enrollment_id) LEFT JOIN sessions s USING (session_id) LEFT JOIN completions c USING (enrollment_id)
WHERE e.cohort_id = :cohort_id AND e.status = 'accepted'
GROUP BY e.enrollment_id, c.completion_id ORDER BY e.enrollment_id;
