-- name: campaign
-- Why: A repeated command compares the campaign with itself, and events carry its full state.
SELECT campaign_id, programme_id, name, objective, starts_on, ends_on, ended_on FROM campaigns WHERE campaign_id = :campaign_id;

-- name: add_campaign
-- Why: Publications and links are recorded for a started campaign.
INSERT INTO campaigns (campaign_id, programme_id, name, objective, starts_on, ends_on)
VALUES (:campaign_id, :programme_id, :name, :objective, :starts_on, :ends_on);

-- name: end_campaign
-- Why: An ended campaign is no longer offered for publications and links.
UPDATE campaigns SET ended_on = :ended_on WHERE campaign_id = :campaign_id;

-- name: campaigns
-- Why: The list shows every campaign with its publications and the visits of its links. `last_day` is the real or else the planned end.
-- The state follows from the dates, as in `Campaign.status_on`.
SELECT c.campaign_id, c.programme_id, c.name, c.objective, c.starts_on, c.ends_on, c.ended_on, coalesce(c.ended_on, c.ends_on) AS last_day,
    c.number, k.title AS programme,
    CASE WHEN c.ended_on IS NOT NULL OR c.ends_on < :today THEN 'ended' WHEN c.starts_on > :today THEN 'planned' ELSE 'running' END AS status,
    (SELECT count(*) FROM publications p WHERE p.campaign_id = c.campaign_id AND p.withdrawn_at IS NULL) AS publications,
    (SELECT coalesce(sum(r.people_visits), 0)::bigint FROM links l JOIN reach r USING (link_id) WHERE l.campaign_id = c.campaign_id) AS visits
FROM campaigns c LEFT JOIN known_programmes k USING (programme_id);

-- name: campaign_choices
-- Why: The forms of publications and links offer the campaigns that nobody ended: links are made before the first day, and a
-- publication may be recorded after the last.
SELECT campaign_id, name FROM campaigns WHERE ended_on IS NULL ORDER BY name, number;
