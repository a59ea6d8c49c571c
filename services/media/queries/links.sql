-- name: link
-- Why: whether it is there, whether it is the same, and what its page shows.
SELECT l.link_id, l.target_url, l.channel, l.asset_id, l.campaign_id, l.district, l.code, l.created_at, a.title, c.name AS campaign
FROM links l LEFT JOIN assets a USING (asset_id) LEFT JOIN campaigns c USING (campaign_id) WHERE l.link_id = $1;

-- name: add_link
-- Why: a link is created, once and for all.
INSERT INTO links (link_id, target_url, channel, asset_id, campaign_id, district, code) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: links
-- Why: the list, newest first, from below number $1, with the openings per class; of one campaign ($3) where asked.
SELECT l.link_id, l.target_url, l.channel, l.asset_id, l.campaign_id, l.district, l.code, l.created_at, l.number, c.name AS campaign,
    coalesce(r.people, 0)::bigint AS people_visits, coalesce(r.bots, 0)::bigint AS bot_visits, coalesce(r.previews, 0)::bigint AS preview_visits
FROM links l LEFT JOIN campaigns c USING (campaign_id)
LEFT JOIN LATERAL (
    SELECT sum(people_visits) AS people, sum(bot_visits) AS bots, sum(preview_visits) AS previews FROM reach WHERE reach.link_id = l.link_id
) r ON true
WHERE ($1::bigint IS NULL OR l.number < $1) AND ($3::uuid IS NULL OR l.campaign_id = $3)
ORDER BY l.number DESC LIMIT $2;

-- name: door
-- Why: the redirect asks for nothing else.
SELECT link_id, target_url FROM links WHERE code = $1;

-- name: days_of_link
-- Why: the link's page shows its latest days.
SELECT day, people_visits, bot_visits, preview_visits, people_sketch FROM reach WHERE link_id = $1 ORDER BY day DESC LIMIT 31;
