-- name: asset
-- Why: A repeated command compares the asset with itself, and events carry its full state.
SELECT asset_id, kind, title, language, alternative_text, content_sha256, content_type, size, withdrawn_at, added_at
FROM assets WHERE asset_id = :asset_id;

-- name: add_asset
-- Why: A published asset is shown to everybody.
INSERT INTO assets (asset_id, kind, title, language, alternative_text, content_sha256, content_type, size)
VALUES (:asset_id, :kind, :title, :language, :alternative_text, :content_sha256, :content_type, :size);

-- name: withdraw_asset
-- Why: A withdrawn asset is no longer shown.
UPDATE assets SET withdrawn_at = :withdrawn_at WHERE asset_id = :asset_id;

-- name: assets
-- Why: The list shows every asset with the number of its publications.
SELECT a.asset_id, a.kind, a.title, a.language, a.alternative_text, a.content_sha256, a.content_type, a.size, a.added_at, a.number,
    CASE WHEN a.withdrawn_at IS NULL THEN 'published' ELSE 'withdrawn' END AS status,
    (SELECT count(*) FROM publications p WHERE p.asset_id = a.asset_id AND p.withdrawn_at IS NULL) AS publications
FROM assets a;

-- name: asset_choices
-- Why: The forms of publications and links offer the assets that are shown.
SELECT asset_id, title FROM assets WHERE withdrawn_at IS NULL ORDER BY title, number;
