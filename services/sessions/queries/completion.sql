-- name: required_sessions
-- Why: the plan that completion is counted over.
SELECT session_id FROM sessions WHERE cohort_id = $1 AND required AND status <> 'cancelled';

-- name: newest_rule
-- Why: the rule that is asked today.
SELECT rule_id, rule_version, minimum_percent, published_at FROM completion_rules
WHERE programme_id = $1 ORDER BY rule_version DESC LIMIT 1;

-- name: rules_of_programme
-- Why: the rule's history, newest first.
SELECT rule_version, minimum_percent, published_by, published_at FROM completion_rules
WHERE programme_id = $1 ORDER BY rule_version DESC;

-- name: add_rule
-- Why: a rule is published, never changed.
INSERT INTO completion_rules (rule_id, programme_id, rule_version, minimum_percent, published_by, published_at)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: cohorts_of_programme
-- Why: a new rule looks at every cohort of its programme.
SELECT cohort_id FROM heard_cohorts WHERE programme_id = $1;

-- name: candidates
-- Why: who came at least once, with how they stood ($2: these enrollments, or all of the cohort).
SELECT e.enrollment_id, e.status = 'accepted' AS is_seated, c.completion_id, c.rule_version, c.minimum_percent, c.required_sessions,
    c.attended, c.achieved, c.achieved_at
FROM heard_enrollments e LEFT JOIN completions c USING (enrollment_id)
WHERE e.cohort_id = $1 AND ($2::uuid[] IS NULL OR e.enrollment_id = ANY($2))
  AND EXISTS (SELECT FROM attendances a WHERE a.enrollment_id = e.enrollment_id)
ORDER BY e.enrollment_id;

-- name: attended_sessions
-- Why: what these enrollments attended.
SELECT a.enrollment_id, a.session_id, s.starts_at FROM attendances a JOIN sessions s USING (session_id)
WHERE a.enrollment_id = ANY($1) AND a.state = ANY($2::attendance_state[]);

-- name: save_completion
-- Why: how an enrollment stands, with what was asked of it. The person is as at the first achievement.
INSERT INTO completions AS c (completion_id, enrollment_id, rule_version, minimum_percent, required_sessions, attended, achieved, achieved_at, profile)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, e.profile FROM heard_enrollments e WHERE e.enrollment_id = $2
ON CONFLICT (enrollment_id) DO UPDATE SET rule_version = excluded.rule_version, minimum_percent = excluded.minimum_percent,
    required_sessions = excluded.required_sessions, attended = excluded.attended, achieved = excluded.achieved,
    achieved_at = excluded.achieved_at;

-- name: completions_in_full
-- Why: an event carries the completion's full state.
SELECT c.completion_id, c.enrollment_id, e.person_id, e.programme_id, e.cohort_id, c.rule_version, c.attended,
    cardinality(c.required_sessions) AS planned, c.achieved, c.achieved_at, c.profile
FROM completions c JOIN heard_enrollments e USING (enrollment_id) WHERE c.enrollment_id = ANY($1) ORDER BY c.completion_id;

-- name: progress_of_cohort
-- Why: how each enrollment stands against the plan: what the coordinator and the facilitator ask first.
SELECT e.enrollment_id, count(a.attendance_id) FILTER (WHERE a.state = ANY($2::attendance_state[]) AND s.required AND s.status <> 'cancelled') AS attended,
    coalesce(c.achieved, false) AS achieved, c.achieved_at, c.rule_version
FROM heard_enrollments e
LEFT JOIN attendances a USING (enrollment_id) LEFT JOIN sessions s USING (session_id) LEFT JOIN completions c USING (enrollment_id)
WHERE e.cohort_id = $1 AND e.status = 'accepted'
GROUP BY e.enrollment_id, c.completion_id ORDER BY e.enrollment_id;
