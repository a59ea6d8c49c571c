-- name: publication
-- Why: whether it is there, whether it is the same, and what its events say: kind and hash are the asset's, the programme the campaign's.
SELECT p.publication_id, p.asset_id, p.campaign_id, p.channel, p.url, p.published_at, p.district, p.withdrawn_at,
    a.kind, a.title, a.content_sha256, c.programme_id, c.name AS campaign
FROM publications p JOIN assets a USING (asset_id) LEFT JOIN campaigns c USING (campaign_id) WHERE p.publication_id = $1;

-- name: add_publication
-- Why: an asset was published on a channel.
INSERT INTO publications (publication_id, asset_id, campaign_id, channel, url, published_at, district) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: withdraw_publication
-- Why: a publication was taken down.
UPDATE publications SET withdrawn_at = $2 WHERE publication_id = $1;

-- name: publications
-- Why: the list, newest first, from below number $1; of one asset ($3) or campaign ($4) where asked.
SELECT p.publication_id, p.asset_id, p.campaign_id, p.channel, p.url, p.published_at, p.district, p.withdrawn_at, p.number,
    a.kind, a.title, c.name AS campaign
FROM publications p JOIN assets a USING (asset_id) LEFT JOIN campaigns c USING (campaign_id)
WHERE ($1::bigint IS NULL OR p.number < $1) AND ($3::uuid IS NULL OR p.asset_id = $3) AND ($4::uuid IS NULL OR p.campaign_id = $4)
ORDER BY p.number DESC LIMIT $2;

-- name: figure
-- Why: whether it is there, and whether it is the same.
SELECT figure_id, publication_id, period_start, period_end, reach, impressions, grade FROM platform_figures WHERE figure_id = $1;

-- name: add_figure
-- Why: a platform's figure was recorded.
INSERT INTO platform_figures (figure_id, publication_id, period_start, period_end, reach, impressions, grade) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: figures
-- Why: the list, newest first, from below number $1; of one publication ($3) where asked. They are listed, never added up.
SELECT f.figure_id, f.publication_id, f.period_start, f.period_end, f.reach, f.impressions, f.grade, f.recorded_at, f.number, p.channel, a.title
FROM platform_figures f JOIN publications p USING (publication_id) JOIN assets a USING (asset_id)
WHERE ($1::bigint IS NULL OR f.number < $1) AND ($3::uuid IS NULL OR f.publication_id = $3)
ORDER BY f.number DESC LIMIT $2;
