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
-- Why: Only a person with attendance can complete, whichever of their enrollments in the cohort has it. The earlier completion decides what is kept.
SELECT e.enrollment_id, e.status = 'accepted' AS is_seated, c.completion_id, c.rule_version, c.minimum_percent, c.required_sessions,
    c.attended, c.achieved, c.achieved_at
FROM known_enrollments e LEFT JOIN completions c USING (enrollment_id)
WHERE e.cohort_id = :cohort_id
  AND (:enrollments::uuid[] IS NULL OR e.person_id IN (
        SELECT counted_together(n.person_id) FROM known_enrollments n WHERE n.enrollment_id = ANY(:enrollments)))
  AND (c.completion_id IS NOT NULL OR EXISTS (
        SELECT FROM counted_together(e.person_id) AS p(person_id)
        JOIN known_enrollments o ON o.person_id = p.person_id AND o.cohort_id = e.cohort_id
        JOIN attendances a ON a.enrollment_id = o.enrollment_id))
ORDER BY e.enrollment_id;

-- name: attended_sessions
-- Why: A completion is achieved at the start of the session that completed it, by whichever record of the person attended it.
SELECT DISTINCT e.enrollment_id, a.session_id, s.starts_at
FROM known_enrollments e CROSS JOIN LATERAL counted_together(e.person_id) AS p(person_id)
JOIN known_enrollments o ON o.person_id = p.person_id AND o.cohort_id = e.cohort_id
JOIN attendances a ON a.enrollment_id = o.enrollment_id JOIN sessions s USING (session_id)
WHERE e.enrollment_id = ANY(:enrollments) AND a.state = ANY(:attended::attendance_state[]);

-- name: merges_to_decide
-- Why: Completions follow when two records turn out to be one person, or two people after all.
SELECT merge_id, version, person_id, counted_as, decided_as FROM known_merges WHERE version > decided_version ORDER BY merge_id;

-- name: enrollments_of_people
-- Why: The completions of all who are counted with one of these people, now or before, are decided again.
SELECT e.cohort_id, array_agg(e.enrollment_id ORDER BY e.enrollment_id) AS enrollments
FROM known_enrollments e
WHERE e.person_id IN (SELECT counted_together(p.person_id) FROM unnest(:person_ids::uuid[]) AS p(person_id))
GROUP BY e.cohort_id ORDER BY e.cohort_id;

-- name: finish_merge
-- Why: A merge that arrived in a newer version meanwhile is decided again.
UPDATE known_merges SET decided_version = :version, decided_as = :counted_as WHERE merge_id = :merge_id;

-- name: save_completion
-- Why: A completion keeps the requirements it was decided by, and the profile and organization of its first achievement.
INSERT INTO completions AS c (completion_id, enrollment_id, rule_version, minimum_percent, required_sessions, attended, achieved, achieved_at, profile, organization_id)
SELECT :completion_id, :enrollment_id, :rule_version, :minimum_percent, :required_sessions, :attended, :achieved, :achieved_at, e.profile,
    e.organization_id
FROM known_enrollments e WHERE e.enrollment_id = :enrollment_id
ON CONFLICT (enrollment_id) DO UPDATE SET rule_version = excluded.rule_version, minimum_percent = excluded.minimum_percent,
    required_sessions = excluded.required_sessions, attended = excluded.attended, achieved = excluded.achieved,
    achieved_at = excluded.achieved_at;

-- name: correct_profile
-- Why: A completion has the profile and organization of its enrollment, which was corrected. What an earlier seat achieved keeps those of its day.
UPDATE completions c SET profile = e.profile, organization_id = e.organization_id FROM known_enrollments e
WHERE e.enrollment_id = :enrollment_id AND c.enrollment_id = e.enrollment_id AND (c.profile, c.organization_id) IS DISTINCT FROM (e.profile, e.organization_id)
    AND (e.accepted_at IS NULL OR c.achieved_at >= date_trunc('day', e.accepted_at))
RETURNING c.enrollment_id;

-- name: completions_in_full
-- Why: An event carries the completion's full state.
SELECT c.completion_id, c.enrollment_id, e.person_id, e.programme_id, e.cohort_id, c.rule_version, c.attended,
    cardinality(c.required_sessions) AS planned, c.achieved, c.achieved_at, c.profile,
    c.organization_id
FROM completions c JOIN known_enrollments e USING (enrollment_id) WHERE c.enrollment_id = ANY(:enrollments) ORDER BY c.completion_id;

-- name: progress_of_cohort
-- Why: Coordinator and facilitator see how each enrollment stands against the plan.
SELECT e.enrollment_id,
    count(DISTINCT a.session_id) FILTER (WHERE a.state = ANY(:attended::attendance_state[]) AND s.required AND s.status <> 'cancelled') AS attended,
    coalesce(c.achieved, false) AS achieved, c.achieved_at, c.rule_version
FROM known_enrollments e CROSS JOIN LATERAL counted_together(e.person_id) AS p(person_id)
LEFT JOIN known_enrollments o ON o.person_id = p.person_id AND o.cohort_id = e.cohort_id
LEFT JOIN attendances a ON a.enrollment_id = o.enrollment_id LEFT JOIN sessions s USING (session_id)
LEFT JOIN completions c ON c.enrollment_id = e.enrollment_id
WHERE e.cohort_id = :cohort_id AND e.status = 'accepted'
GROUP BY e.enrollment_id, c.completion_id ORDER BY e.enrollment_id;
