-- name: record_new_visits
-- Why: A visit counts once for ever, whatever its offset. Only visits that were not counted before are returned.
INSERT INTO folded_visits (visit_id) SELECT unnest(:visit_ids::uuid[]) ON CONFLICT DO NOTHING RETURNING visit_id;

-- name: add_address_visits
-- Why: Of an address, a limited number of visits counts in a day, whatever their links. The rows stay locked until the end of the
-- transaction, so two batches do not both count the last of them.
INSERT INTO address_visits (day, address_digest, visits)
SELECT n.day, n.digest, n.visits FROM unnest(:days::date[], :address_digests::text[], :numbers::integer[]) AS n(day, digest, visits)
ON CONFLICT (day, address_digest) DO UPDATE SET visits = address_visits.visits + excluded.visits
RETURNING day, address_digest, visits;

-- name: lock_reach
-- Why: One statement adds missing rows, locks all of them until the end of the transaction, and returns their sketches.
INSERT INTO reach (link_id, day) SELECT n.link_id, n.day FROM unnest(:link_ids::uuid[], :days::date[]) AS n(link_id, day)
ON CONFLICT (link_id, day) DO UPDATE SET link_id = excluded.link_id
RETURNING link_id, day, people_sketch;

-- name: add_to_reach
-- Why: The row is locked, so the sketch has not changed since it was read.
UPDATE reach SET people_visits = people_visits + :people, bot_visits = bot_visits + :bots, preview_visits = preview_visits + :previews,
    suspected_visits = suspected_visits + :suspected, people_sketch = :people_sketch, last_visit_at = greatest(last_visit_at, :last_visit_at), dirty = true
WHERE link_id = :link_id AND day = :day;

-- name: pending_reach
-- Why: Changed reach is published at most once per interval. Visits of a link that is not stored here wait for it.
SELECT r.reach_id FROM reach r JOIN links l USING (link_id)
WHERE r.dirty AND r.announced_at <= clock_timestamp() - :interval::interval ORDER BY r.announced_at LIMIT :limit;

-- name: take_pending_reach
-- Why: The published state is the current one; a later visit makes the row dirty again.
UPDATE reach r SET dirty = false, announced_at = clock_timestamp()
FROM links l LEFT JOIN campaigns c USING (campaign_id)
WHERE l.link_id = r.link_id AND r.reach_id = ANY(:reach_ids::uuid[]) AND r.dirty
RETURNING r.reach_id, r.link_id, l.campaign_id, c.programme_id, l.channel, l.district, r.day,
    r.people_visits, r.bot_visits, r.preview_visits, r.suspected_visits, r.people_sketch, r.last_visit_at;

-- name: days_of_link
-- Why: The link's page shows its latest days with visits.
SELECT day, people_visits, bot_visits, preview_visits, suspected_visits, people_sketch FROM reach WHERE link_id = :link_id ORDER BY day DESC LIMIT :limit;
