-- name: campaign
-- Why: whether it is there, whether it is the same, and what its events say.
SELECT campaign_id, programme_id, name, objective, starts_on, ends_on, ended_on FROM campaigns WHERE campaign_id = $1;

-- name: add_campaign
-- Why: a campaign began.
INSERT INTO campaigns (campaign_id, programme_id, name, objective, starts_on, ends_on) VALUES ($1, $2, $3, $4, $5, $6);

-- name: end_campaign
-- Why: a campaign came to its end.
UPDATE campaigns SET ended_on = $2 WHERE campaign_id = $1;

-- name: campaigns
-- Why: the list, newest first, from below number $1, with what belongs to each.
SELECT c.campaign_id, c.programme_id, c.name, c.objective, c.starts_on, c.ends_on, c.ended_on, c.number, h.title AS programme,
    (SELECT count(*) FROM publications p WHERE p.campaign_id = c.campaign_id AND p.withdrawn_at IS NULL) AS publications,
    (SELECT coalesce(sum(r.people_visits), 0)::bigint FROM links l JOIN reach r USING (link_id) WHERE l.campaign_id = c.campaign_id) AS visits
FROM campaigns c LEFT JOIN heard_programmes h USING (programme_id)
WHERE $1::bigint IS NULL OR c.number < $1 ORDER BY c.number DESC LIMIT $2;

-- name: campaign_choices
-- Why: what a publication or a link can be for.
SELECT campaign_id, name FROM campaigns WHERE ended_on IS NULL ORDER BY name, number;

-- name: programme_choices
-- Why: what a campaign can be for.
SELECT programme_id, title FROM heard_programmes ORDER BY title;

-- name: hear_programme
-- Why: of what was heard the highest version stays, whatever the order.
INSERT INTO heard_programmes (programme_id, version, code, title) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme_id) DO UPDATE SET version = excluded.version, code = excluded.code, title = excluded.title
WHERE heard_programmes.version < excluded.version;

-- name: overview
-- Why: the start page's numbers; visits are people's, of the day $1 and of all days.
SELECT (SELECT count(*) FROM assets WHERE withdrawn_at IS NULL) AS assets,
    (SELECT count(*) FROM publications WHERE withdrawn_at IS NULL) AS publications,
    (SELECT count(*) FROM campaigns WHERE ended_on IS NULL) AS campaigns,
    (SELECT coalesce(sum(people_visits), 0)::bigint FROM reach WHERE day = $1) AS visits_today,
    (SELECT coalesce(sum(people_visits), 0)::bigint FROM reach) AS visits;
