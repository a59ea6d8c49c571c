-- name: staff
-- Why: the directory is shown by name, and names are sorted once they are decrypted.
SELECT staff_id, user_id, name, roles, organization_id, seen_at FROM staff;

-- name: member
-- Why: a page and a command are about one of the directory.
SELECT staff_id, user_id, name, roles, organization_id, seen_at FROM staff WHERE staff_id = :staff_id;

-- name: staff_id_of_user
-- Why: somebody who signs in again keeps the key that their name is encrypted with.
SELECT staff_id FROM staff WHERE user_id = :user_id;

-- name: keep_member
-- Why: the directory has what the issuer said last. If another process entered the same person at the same time, that one's row stays.
INSERT INTO staff (staff_id, user_id, name, roles, organization_id, seen_at)
VALUES (:staff_id, :user_id, :name, :roles, :organization_id, clock_timestamp())
ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, roles = excluded.roles, organization_id = excluded.organization_id,
    seen_at = excluded.seen_at
WHERE staff.staff_id = excluded.staff_id;

-- name: enter_member
-- Why: somebody is entered once; no row is returned if the directory has their user.
INSERT INTO staff (staff_id, user_id, name, roles) VALUES (:staff_id, :user_id, :name, :roles) ON CONFLICT DO NOTHING RETURNING true;

-- name: remove_member
-- Why: the name of somebody who left goes. No row is deleted of somebody who has cohorts, or stands in, or will.
DELETE FROM staff s WHERE staff_id = :staff_id
  AND NOT EXISTS (SELECT FROM assignments a WHERE a.facilitator_id = s.user_id AND (a.active OR a.handed_over))
  AND NOT EXISTS (
    SELECT FROM absences WHERE s.user_id IN (facilitator_id, substitute_id) AND ended_at IS NULL AND ends_on >= :today::date)
RETURNING true;

-- name: assigned_cohorts
-- Why: the directory shows who has which cohort, one or all of it.
SELECT a.facilitator_id, c.cohort_id, c.name, c.ends_on, a.handed_over, a.standing_in
FROM assignments a JOIN cohorts c USING (cohort_id)
WHERE (a.active OR a.handed_over) AND (:facilitator_id::text IS NULL OR a.facilitator_id = :facilitator_id)
ORDER BY c.starts_on DESC, c.name, c.cohort_id;

-- name: absences
-- Why: pages show the absences of one or of all, and for whom somebody stands in.
SELECT absence_id, facilitator_id, substitute_id, starts_on, ends_on, reason, handed_over_by, handed_over_at, ended_by, ended_at
FROM absences WHERE :user_id::text IS NULL OR :user_id IN (facilitator_id, substitute_id) ORDER BY starts_on DESC, absence_id;

-- name: absence
-- Why: it is ended once, at the address of whoever is absent or stands in.
SELECT absence_id, facilitator_id, substitute_id, starts_on, ends_on, reason, handed_over_by, handed_over_at, ended_by, ended_at
FROM absences WHERE absence_id = :absence_id AND (SELECT user_id FROM staff WHERE staff_id = :staff_id) IN (facilitator_id, substitute_id);

-- name: absent_on_days
-- Why: nobody is absent twice on a day, and nobody who is absent stands in.
SELECT DISTINCT facilitator_id FROM absences
WHERE ended_at IS NULL AND starts_on <= :ends_on AND ends_on >= :starts_on;

-- name: add_absence
-- Why: an absence is kept with who handed over, when and why.
INSERT INTO absences (absence_id, facilitator_id, substitute_id, starts_on, ends_on, reason, handed_over_by, handed_over_at)
VALUES (:absence_id, :facilitator_id, :substitute_id, :starts_on, :ends_on, :reason, :handed_over_by, :handed_over_at);

-- name: end_absence
-- Why: somebody is back before their last day, or does not go.
UPDATE absences SET ended_by = :ended_by, ended_at = :ended_at WHERE absence_id = :absence_id;
