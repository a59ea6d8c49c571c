-- name: programme
-- Why: whether it is there, and whether it is the same.
SELECT programme_id, code, title, starts_on, ends_on FROM programmes WHERE programme_id = $1;

-- name: programmes
-- Why: the list of programmes, the newest first.
SELECT programme_id, code, title, starts_on, ends_on FROM programmes ORDER BY starts_on DESC, code;

-- name: add_programme
-- Why: no row back means that the code is taken.
INSERT INTO programmes (programme_id, code, title, starts_on, ends_on) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING true;

-- name: module
-- Why: whether it is there, and whether it is the same; a module of another programme is not.
SELECT module_id, title, mechanism, hours, edition, languages FROM modules WHERE module_id = $1 AND programme_id = $2;

-- name: modules_of_programme
-- Why: the content of a programme, as it was published.
SELECT module_id, title, mechanism, hours, edition, languages FROM modules WHERE programme_id = $1 ORDER BY recorded_at, module_id;

-- name: add_module
-- Why: no row back means that this edition, or the id in another programme, is there already.
INSERT INTO modules (module_id, programme_id, title, mechanism, hours, edition, languages) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING RETURNING true;
