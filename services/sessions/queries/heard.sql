-- name: hear_programme
-- Why: pages name the programme; of each thing heard the highest version stays.
INSERT INTO heard_programmes (programme_id, version, code, title) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme_id) DO UPDATE SET version = excluded.version, code = excluded.code, title = excluded.title
WHERE heard_programmes.version < excluded.version;

-- name: hear_module
-- Why: a session names the module it teaches.
INSERT INTO heard_modules (module_id, version, programme_id, title) VALUES ($1, $2, $3, $4)
ON CONFLICT (module_id) DO UPDATE SET version = excluded.version, programme_id = excluded.programme_id, title = excluded.title
WHERE heard_modules.version < excluded.version;

-- name: hear_cohort
-- Why: sessions are scheduled for cohorts we have heard of.
INSERT INTO heard_cohorts (cohort_id, version, programme_id, name, province, starts_on, ends_on) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (cohort_id) DO UPDATE SET version = excluded.version, programme_id = excluded.programme_id, name = excluded.name,
    province = excluded.province, starts_on = excluded.starts_on, ends_on = excluded.ends_on
WHERE heard_cohorts.version < excluded.version;

-- name: hear_assignment
-- Why: a facilitator sees the cohorts assigned, and no other.
INSERT INTO heard_assignments (assignment_id, version, cohort_id, facilitator_id, active) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (assignment_id) DO UPDATE SET version = excluded.version, cohort_id = excluded.cohort_id,
    facilitator_id = excluded.facilitator_id, active = excluded.active
WHERE heard_assignments.version < excluded.version;

-- name: hear_enrollment
-- Why: the roster. A row back means that this was news.
INSERT INTO heard_enrollments (enrollment_id, version, person_id, programme_id, cohort_id, status, profile)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (enrollment_id) DO UPDATE SET version = excluded.version, person_id = excluded.person_id,
    programme_id = excluded.programme_id, cohort_id = excluded.cohort_id, status = excluded.status, profile = excluded.profile
WHERE heard_enrollments.version < excluded.version
RETURNING true;

-- name: is_assigned
-- Why: a facilitator's door to a cohort.
SELECT EXISTS (SELECT FROM heard_assignments WHERE facilitator_id = $1 AND cohort_id = $2 AND active);

-- name: programme_of_cohort
-- Why: a session belongs to its cohort's programme.
SELECT programme_id FROM heard_cohorts WHERE cohort_id = $1;

-- name: cohort
-- Why: the head of a cohort's pages.
SELECT c.cohort_id, c.programme_id, c.name, c.province, c.starts_on, c.ends_on, p.code AS programme_code, p.title AS programme_title
FROM heard_cohorts c LEFT JOIN heard_programmes p USING (programme_id) WHERE c.cohort_id = $1;

-- name: cohorts
-- Why: the coordinator's start: every cohort with its calendar in numbers.
SELECT c.cohort_id, c.programme_id, c.name, c.starts_on, c.ends_on, p.code AS programme_code, p.title AS programme_title,
    count(s.session_id) FILTER (WHERE s.status <> 'cancelled') AS planned, count(s.session_id) FILTER (WHERE s.status = 'held') AS held,
    min(s.starts_at) FILTER (WHERE s.status = 'scheduled' AND s.ends_at > clock_timestamp()) AS next_at
FROM heard_cohorts c LEFT JOIN heard_programmes p USING (programme_id) LEFT JOIN sessions s USING (cohort_id)
GROUP BY c.cohort_id, p.programme_id ORDER BY p.code NULLS LAST, c.programme_id, c.name;

-- name: modules_of_programme
-- Why: the choices when a session is scheduled.
SELECT module_id, title FROM heard_modules WHERE programme_id = $1 ORDER BY title;

-- name: programme
-- Why: the head of the rule's page; rules are published for programmes we have heard of.
SELECT programme_id, code, title FROM heard_programmes WHERE programme_id = $1;
