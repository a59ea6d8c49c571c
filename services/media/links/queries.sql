-- name: link
-- Why: A repeated command compares the link with itself, and the link's page shows its asset and campaign.
SELECT l.link_id, l.target_url, l.channel, l.asset_id, l.campaign_id, l.district, l.code, l.created_at, a.title, c.name AS campaign
FROM links l LEFT JOIN assets a USING (asset_id) LEFT JOIN campaigns c USING (campaign_id) WHERE l.link_id = :link_id;

-- name: add_link
-- Why: A created link is never changed, because it may be printed.
INSERT INTO links (link_id, target_url, channel, asset_id, campaign_id, district, code)
VALUES (:link_id, :target_url, :channel, :asset_id, :campaign_id, :district, :code);

-- name: links
-- Why: The lists show every link with its openings of all days, by class of visitor.
SELECT l.link_id, l.target_url, l.channel, l.asset_id, l.campaign_id, l.district, l.code, l.created_at, l.number, c.name AS campaign,
    coalesce(r.people, 0)::bigint AS people_visits, coalesce(r.bots, 0)::bigint AS bot_visits, coalesce(r.previews, 0)::bigint AS preview_visits,
    coalesce(r.suspected, 0)::bigint AS suspected_visits
FROM links l LEFT JOIN campaigns c USING (campaign_id)
LEFT JOIN LATERAL (
    SELECT sum(people_visits) AS people, sum(bot_visits) AS bots, sum(preview_visits) AS previews, sum(suspected_visits) AS suspected
    FROM reach WHERE reach.link_id = l.link_id
) r ON true;

-- name: link_target
-- Why: The redirect needs the target of a code, nothing else.
SELECT link_id, target_url FROM links WHERE code = :code;
