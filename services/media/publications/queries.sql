-- name: publication
-- Why: A repeated command compares the publication with itself, and events carry its full state, with its asset's kind and hash.
SELECT p.publication_id, p.asset_id, p.campaign_id, p.channel, p.url, p.published_at, p.district, p.withdrawn_at,
    a.kind, a.title, a.content_sha256, c.programme_id, c.name AS campaign
FROM publications p JOIN assets a USING (asset_id) LEFT JOIN campaigns c USING (campaign_id) WHERE p.publication_id = :publication_id;

-- name: add_publication
-- Why: Reporting counts each publication once.
INSERT INTO publications (publication_id, asset_id, campaign_id, channel, url, published_at, district)
VALUES (:publication_id, :asset_id, :campaign_id, :channel, :url, :published_at, :district);

-- name: withdraw_publication
-- Why: A publication that was taken down stays on record.
UPDATE publications SET withdrawn_at = :withdrawn_at WHERE publication_id = :publication_id;

-- name: publications
-- Why: The lists of publications show the asset's title and the campaign's name.
SELECT p.publication_id, p.asset_id, p.campaign_id, p.channel, p.url, p.published_at, p.district, p.number,
    a.kind, a.title, c.name AS campaign, CASE WHEN p.withdrawn_at IS NULL THEN 'active' ELSE 'withdrawn' END AS status
FROM publications p JOIN assets a USING (asset_id) LEFT JOIN campaigns c USING (campaign_id);
