-- name: programme
-- Why: a command checks whether the programme exists, and whether it is the same; pages show it.
SELECT programme_id, code, title, starts_on, ends_on, copied_from FROM programmes WHERE programme_id = :programme_id;

-- name: programmes
-- Why: this is the list of programmes; the view of the list sorts and limits it.
SELECT programme_id, code, title, starts_on, ends_on, copied_from FROM programmes;

-- name: add_programme
-- Why: a programme is stored once; no row is returned if another one has the code.
INSERT INTO programmes (programme_id, code, title, starts_on, ends_on, copied_from)
VALUES (:programme_id, :code, :title, :starts_on, :ends_on, :copied_from)
ON CONFLICT DO NOTHING RETURNING true;

-- name: module
-- Why: a command checks whether the module exists, and whether it is the same of the same programme.
SELECT module_id, programme_id, title, mechanism, hours, edition, languages, required_sessions, learning_outcomes
FROM modules WHERE module_id = :module_id;

-- name: modules_of_programme
-- Why: a programme's page lists its modules in the order of publication.
SELECT module_id, title, mechanism, hours, edition, languages, required_sessions, learning_outcomes
FROM modules WHERE programme_id = :programme_id ORDER BY recorded_at, module_id;

-- name: add_module
-- Why: a module is stored once; no row is returned if the edition exists.
INSERT INTO modules (module_id, programme_id, title, mechanism, hours, edition, languages, required_sessions, learning_outcomes)
VALUES (:module_id, :programme_id, :title, :mechanism, :hours, :edition, :languages, :required_sessions, :learning_outcomes)
ON CONFLICT DO NOTHING RETURNING true;

-- name: days_of_cohorts
-- Why: a programme lasts as long as its cohorts do. Both days are null without a cohort.
SELECT min(starts_on) AS first_day, max(ends_on) AS last_day FROM cohorts WHERE programme_id = :programme_id;

-- name: correct_programme
-- Why: the programme is another from now on. Its event keeps the instant of the publication.
UPDATE programmes SET code = :code, title = :title, starts_on = :starts_on, ends_on = :ends_on, copied_from = :copied_from
WHERE programme_id = :programme_id RETURNING recorded_at;

-- name: correct_module
-- Why: the module is another from now on. Its event keeps the instant of the publication, in whose month it is counted.
UPDATE modules SET title = :title, mechanism = :mechanism, hours = :hours, edition = :edition, languages = :languages,
    required_sessions = :required_sessions, learning_outcomes = :learning_outcomes
WHERE module_id = :module_id RETURNING recorded_at;
