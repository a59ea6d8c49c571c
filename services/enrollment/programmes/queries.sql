-- name: programme
-- Why: a command checks whether the programme exists, and whether it is the same; pages show it.
SELECT programme_id, code, title, starts_on, ends_on FROM programmes WHERE programme_id = :programme_id;

-- name: programmes
-- Why: this is the list of programmes; the view of the list sorts and limits it.
SELECT programme_id, code, title, starts_on, ends_on FROM programmes;

-- name: add_programme
-- Why: a programme is stored once; no row is returned if another one has the code.
INSERT INTO programmes (programme_id, code, title, starts_on, ends_on)
VALUES (:programme_id, :code, :title, :starts_on, :ends_on)
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
