-- name: replicate_programmes
-- Why: Pages name the programme. An older version never replaces a newer one.
INSERT INTO known_programmes (programme_id, version, code, title)
SELECT * FROM unnest(:programme_id::uuid[], :version::integer[], :code::text[], :title::text[])
ON CONFLICT (programme_id) DO UPDATE SET version = excluded.version, code = excluded.code, title = excluded.title
WHERE known_programmes.version < excluded.version;

-- name: replicate_modules
-- Why: A session names the module that it teaches, and a plan has the sessions that it asks for.
INSERT INTO known_modules (module_id, version, programme_id, title, required_sessions)
SELECT * FROM unnest(:module_id::uuid[], :version::integer[], :programme_id::uuid[], :title::text[], :required_sessions::integer[])
ON CONFLICT (module_id) DO UPDATE SET version = excluded.version, programme_id = excluded.programme_id, title = excluded.title,
    required_sessions = excluded.required_sessions
WHERE known_modules.version < excluded.version;

-- name: replicate_cohorts
-- Why: Sessions are scheduled for known cohorts only.
INSERT INTO known_cohorts (cohort_id, version, programme_id, name, province, starts_on, ends_on)
SELECT * FROM unnest(:cohort_id::uuid[], :version::integer[], :programme_id::uuid[], :name::text[], :province::text[], :starts_on::date[], :ends_on::date[])
ON CONFLICT (cohort_id) DO UPDATE SET version = excluded.version, programme_id = excluded.programme_id, name = excluded.name,
    province = excluded.province, starts_on = excluded.starts_on, ends_on = excluded.ends_on
WHERE known_cohorts.version < excluded.version;

-- name: replicate_assignments
-- Why: A facilitator sees only the cohorts of an active assignment.
INSERT INTO known_assignments (assignment_id, version, cohort_id, facilitator_id, active)
SELECT * FROM unnest(:assignment_id::uuid[], :version::integer[], :cohort_id::uuid[], :facilitator_id::text[], :active::boolean[])
ON CONFLICT (assignment_id) DO UPDATE SET version = excluded.version, cohort_id = excluded.cohort_id,
    facilitator_id = excluded.facilitator_id, active = excluded.active
WHERE known_assignments.version < excluded.version;

-- name: replicate_enrollments
-- Why: Enrollments form the roster. Attendance and completions follow a corrected profile or organization by a job. A former release passed the organization
-- over, so a version that is read again adds it.
WITH stored AS (
    INSERT INTO known_enrollments (enrollment_id, version, person_id, programme_id, cohort_id, status, profile, accepted_at, organization_id, organization_replicated)
    SELECT *, true FROM unnest(:enrollment_id::uuid[], :version::integer[], :person_id::uuid[], :programme_id::uuid[], :cohort_id::uuid[],
        :status::enrollment_status[], :profile::jsonb[], :accepted_at::timestamptz[], :organization_id::uuid[])
    ON CONFLICT (enrollment_id) DO UPDATE SET version = excluded.version, person_id = excluded.person_id,
        programme_id = excluded.programme_id, cohort_id = excluded.cohort_id, status = excluded.status, profile = excluded.profile,
        accepted_at = excluded.accepted_at, organization_id = excluded.organization_id, organization_replicated = true
    WHERE known_enrollments.version < excluded.version
        OR known_enrollments.version = excluded.version AND NOT known_enrollments.organization_replicated
    RETURNING new.enrollment_id, old.profile <> new.profile OR old.enrollment_id IS NOT NULL AND old.organization_id IS DISTINCT FROM new.organization_id AS is_corrected
)
INSERT INTO corrected_profiles (enrollment_id) SELECT enrollment_id FROM stored WHERE is_corrected
ON CONFLICT DO NOTHING;

-- name: replicate_merges
-- Why: A person's completion rests on the attendance of all records that are counted as theirs.
INSERT INTO known_merges (merge_id, version, person_id, counted_as)
SELECT * FROM unnest(:merge_id::uuid[], :version::integer[], :person_id::uuid[], :counted_as::uuid[])
ON CONFLICT (merge_id) DO UPDATE SET version = excluded.version, person_id = excluded.person_id, counted_as = excluded.counted_as
WHERE known_merges.version < excluded.version;

-- name: replicate_withdrawals
-- Why: The office is told when a withdrawal took effect here, once for each version of it. An older version never replaces a newer one.
INSERT INTO known_withdrawals (consent_id, version, person_id, withdrawn_at)
SELECT * FROM unnest(:consent_id::uuid[], :version::integer[], :person_id::uuid[], :occurred_at::timestamptz[])
ON CONFLICT (consent_id) DO UPDATE SET version = excluded.version, person_id = excluded.person_id, withdrawn_at = excluded.withdrawn_at
WHERE known_withdrawals.version < excluded.version
RETURNING consent_id, person_id, clock_timestamp() AS occurred_at;

-- name: is_assigned
-- Why: A facilitator may enter only the cohorts of an active assignment.
SELECT EXISTS (SELECT FROM known_assignments WHERE facilitator_id = :facilitator_id AND cohort_id = :cohort_id AND active);

-- name: cohort
-- Why: The pages of a cohort show its name and its programme, which may still be unknown.
SELECT c.cohort_id, c.programme_id, c.name, c.province, c.starts_on, c.ends_on, p.code AS programme_code, p.title AS programme_title
FROM known_cohorts c LEFT JOIN known_programmes p USING (programme_id) WHERE c.cohort_id = :cohort_id;

-- name: cohorts_of_facilitator
-- Why: The facilitator's first page leads to the whole calendar of each own cohort.
SELECT c.cohort_id, c.programme_id, c.name, c.province, c.starts_on, c.ends_on, p.code AS programme_code, p.title AS programme_title
FROM known_cohorts c LEFT JOIN known_programmes p USING (programme_id)
WHERE c.cohort_id IN (SELECT cohort_id FROM known_assignments WHERE facilitator_id = :facilitator_id AND active)
ORDER BY c.name, c.cohort_id;

-- name: cohort_ids_of_programme
-- Why: A new rule is applied to every cohort of its programme.
SELECT cohort_id FROM known_cohorts WHERE programme_id = :programme_id;

-- name: modules_of_programme
-- Why: The form of a new session offers the programme's modules.
SELECT module_id, title FROM known_modules WHERE programme_id = :programme_id ORDER BY title;

-- name: programme
-- Why: The rule's page names the programme, and rules are published for known programmes only.
SELECT programme_id, code, title FROM known_programmes WHERE programme_id = :programme_id;

-- name: programmes
-- Why: The coordinator's first page links to each programme's rule.
SELECT programme_id, code, title FROM known_programmes ORDER BY code, programme_id;
