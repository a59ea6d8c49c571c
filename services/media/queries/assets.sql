-- name: asset
-- Why: whether it is there, whether it is the same, and what its events say.
SELECT asset_id, kind, title, language, alternative_text, content_sha256, content_type, size, withdrawn_at, added_at
FROM assets WHERE asset_id = $1;

-- name: add_asset
-- Why: an asset may be shown.
INSERT INTO assets (asset_id, kind, title, language, alternative_text, content_sha256, content_type, size)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: withdraw_asset
-- Why: an asset may no longer be shown.
UPDATE assets SET withdrawn_at = $2 WHERE asset_id = $1;

-- name: assets
-- Why: the list, newest first, from below number $1, with where each was published.
SELECT a.asset_id, a.kind, a.title, a.language, a.alternative_text, a.content_sha256, a.content_type, a.size, a.withdrawn_at, a.added_at,
    a.number, (SELECT count(*) FROM publications p WHERE p.asset_id = a.asset_id AND p.withdrawn_at IS NULL) AS publications
FROM assets a WHERE $1::bigint IS NULL OR a.number < $1 ORDER BY a.number DESC LIMIT $2;

-- name: asset_choices
-- Why: what a publication or a link can be of.
SELECT asset_id, title FROM assets WHERE withdrawn_at IS NULL ORDER BY title, number;
