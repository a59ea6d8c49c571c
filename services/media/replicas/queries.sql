-- name: replicate_programme
-- Why: A campaign can be for a programme. An older version never replaces a newer one.
INSERT INTO known_programmes (programme_id, version, code, title) VALUES (:programme_id, :version, :code, :title)
ON CONFLICT (programme_id) DO UPDATE SET version = excluded.version, code = excluded.code, title = excluded.title
WHERE known_programmes.version < excluded.version;

-- name: programmes
-- Why: The form of a campaign offers the known programmes.
SELECT programme_id, title FROM known_programmes ORDER BY title;
