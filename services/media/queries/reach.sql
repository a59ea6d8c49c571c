-- name: draw_salt
-- Why: of several processes that begin a day, one draws its salt.
INSERT INTO salts (day, salt) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: salt
-- Why: all processes use the same one.
SELECT salt FROM salts WHERE day = $1;

-- name: delete_salts
-- Why: without its salt a day's digests lead to nobody.
DELETE FROM salts WHERE day < $1;

-- name: remember_visits
-- Why: only what comes back was not folded before; the same visit at another offset counts once, for ever.
INSERT INTO folded_visits (visit_id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING visit_id;

-- name: take_reach
-- Why: one statement makes missing rows, holds all of them until the end of the transaction, and tells their sketches.
INSERT INTO reach (link_id, day) SELECT * FROM unnest($1::uuid[], $2::date[])
ON CONFLICT (link_id, day) DO UPDATE SET link_id = excluded.link_id
RETURNING link_id, day, people_sketch;

-- name: add_to_reach
-- Why: the row is held already, so the sketch cannot have changed since it was read.
UPDATE reach SET people_visits = people_visits + $3, bot_visits = bot_visits + $4, preview_visits = preview_visits + $5,
    people_sketch = $6, last_visit_at = greatest(last_visit_at, $7), dirty = true
WHERE link_id = $1 AND day = $2;

-- name: reach_to_announce
-- Why: what changed, but was not announced within the interval $1; a visit to a link that is not here waits for it.
SELECT r.reach_id FROM reach r JOIN links l USING (link_id)
WHERE r.dirty AND r.announced_at <= clock_timestamp() - $1::interval ORDER BY r.announced_at LIMIT $2;

-- name: mark_announced
-- Why: takes what is announced as it stands now; what comes later makes it dirty again.
UPDATE reach r SET dirty = false, announced_at = clock_timestamp()
FROM links l LEFT JOIN campaigns c USING (campaign_id)
WHERE l.link_id = r.link_id AND r.reach_id = ANY($1::uuid[]) AND r.dirty
RETURNING r.reach_id, r.link_id, l.campaign_id, c.programme_id, l.channel, l.district, r.day,
    r.people_visits, r.bot_visits, r.preview_visits, r.people_sketch, r.last_visit_at;
