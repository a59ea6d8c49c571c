-- name: queue_messages
-- Why: only who agreed to be contacted is told something, and only of a cohort that is not over.
INSERT INTO messages (message_id, enrollment_id, person_id, kind, stop_code, session_id, session_version)
SELECT n.message_id, e.enrollment_id, e.person_id, n.kind, n.stop_code, :session_id, :session_version
FROM unnest(:message_id::uuid[], :enrollment_id::uuid[], :kind::text[], :stop_code::text[]) AS n(message_id, enrollment_id, kind, stop_code)
JOIN enrollments e USING (enrollment_id)
WHERE may_be_told(e, :today)
RETURNING message_id;

-- name: enrollments_of_cohort
-- Why: who has a seat in a cohort, or waits for one, is told that its dates changed.
SELECT enrollment_id FROM enrollments WHERE cohort_id = :cohort_id AND status <> 'withdrawn' ORDER BY application_number;

-- name: seats_of_cohort
-- Why: everybody with a seat in a cohort is told of its sessions.
SELECT enrollment_id FROM enrollments WHERE cohort_id = :cohort_id AND status = 'accepted' ORDER BY enrollment_id;

-- name: session_to_tell
-- Why: people are told of a session to come that is soon, was moved or was cancelled since they were last told of it. Two workers take two sessions.
SELECT session_id, version, cohort_id, starts_at, place, status = 'cancelled' AS is_cancelled, told_version, told_starts_at, told_place, told_cancelled,
    reminded_of
FROM known_sessions
WHERE starts_at > :now AND (
    told_version IS NULL OR (told_starts_at, told_place, told_cancelled) IS DISTINCT FROM (starts_at, place, status = 'cancelled')
    OR (status = 'scheduled' AND starts_at <= :remind_until AND reminded_of IS DISTINCT FROM starts_at))
ORDER BY starts_at, session_id LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: keep_what_was_told
-- Why: what people were told of a session is told once, because the row says so in the transaction that queues it.
UPDATE known_sessions SET told_version = version, told_starts_at = starts_at, told_place = place, told_cancelled = (status = 'cancelled'),
    reminded_of = CASE WHEN starts_at <= :remind_until THEN starts_at ELSE reminded_of END
WHERE session_id = :session_id;

-- name: message_to_send
-- Why: a message is made when it is sent, of what is true then. One that was settled is not sent again. Of a session only what still stands is told,
-- to people who still have their seat.
SELECT m.message_id, m.person_id, m.kind, m.stop_code, p.identity, p.language, c.name AS cohort, r.title AS programme, c.starts_on, c.ends_on,
    e.offered_until, EXISTS (SELECT FROM consents WHERE person_id = m.person_id AND purpose = 'contact' AND withdrawn_at IS NULL) AS may_be_told,
    s.title AS session, s.starts_at AS session_starts_at, s.place AS session_place, s.district AS session_district,
    m.session_id IS NULL OR (e.status = 'accepted' AND s.starts_at > clock_timestamp() AND CASE m.kind
        WHEN 'session_reminder' THEN s.status = 'scheduled' AND s.reminded_of = s.starts_at
        WHEN 'session_moved' THEN s.status = 'scheduled' AND m.session_version = s.told_version AND (s.told_starts_at, s.told_place) = (s.starts_at, s.place)
        ELSE s.status = 'cancelled' END) AS still_stands
FROM messages m JOIN people p USING (person_id) JOIN enrollments e USING (enrollment_id) JOIN cohorts c USING (cohort_id)
JOIN programmes r ON r.programme_id = c.programme_id LEFT JOIN known_sessions s USING (session_id)
WHERE m.message_id = :message_id AND m.state = 'queued';

-- name: keep_language
-- Why: messages are in the language that the person chose.
UPDATE people SET language = :language WHERE person_id = ANY(:person_ids::uuid[]);

-- name: language
-- Why: the person sees in which language they are written to. All of their records have the same, unless one was registered later.
SELECT language FROM people WHERE person_id = ANY(:person_ids::uuid[]) AND language IS NOT NULL LIMIT 1;

-- name: report_refused
-- Why: what was taken over and came back is seen as refused, with the code of whoever carried it. A second report changes nothing.
UPDATE messages SET state = CASE state WHEN 'sent' THEN 'refused' ELSE state END,
    reply = CASE state WHEN 'sent' THEN :reply::integer ELSE reply END,
    settled_at = CASE state WHEN 'sent' THEN clock_timestamp() ELSE settled_at END
WHERE message_id = :message_id RETURNING person_id;

-- name: settle_message
-- Why: the coordination sees what became of each message; `reply` is the code of whoever carries it, never its words, which may repeat the address.
UPDATE messages SET state = :state, channel = :channel, reply = :reply, settled_at = clock_timestamp()
WHERE message_id = :message_id AND state = 'queued';

-- name: give_up_messages
-- Why: what could not be sent for hours is shown as such.
UPDATE messages SET state = 'failed', settled_at = clock_timestamp() WHERE message_id = ANY(:message_ids::uuid[]) AND state = 'queued';

-- name: messages
-- Why: the list of what was told to whom; a person stands in it by the enrollment.
SELECT m.message_id, m.enrollment_id, m.person_id, m.kind, m.state, m.channel, m.reply, m.queued_at, m.settled_at, e.cohort_id, c.name AS cohort
FROM messages m JOIN enrollments e USING (enrollment_id) JOIN cohorts c USING (cohort_id);

-- name: person_of_stop_code
-- Why: the reader of a message gets no more by its code, without an account. An erased person has nothing to withdraw.
SELECT person_id FROM messages JOIN people USING (person_id) WHERE stop_code = :stop_code AND identity IS NOT NULL;

-- name: template
-- Why: the newest text of a kind and a language counts; none means the first one.
SELECT number, subject, body FROM message_templates WHERE kind = :kind AND language = :language ORDER BY number DESC LIMIT 1;

-- name: templates
-- Why: the texts' history stands beside their form, the newest first.
SELECT number, subject, body, written_by, written_at FROM message_templates WHERE kind = :kind AND language = :language ORDER BY number DESC;

-- name: add_template
-- Why: texts are added and never changed, so that it stays known what people were told.
INSERT INTO message_templates (kind, language, subject, body, written_by, written_at)
VALUES (:kind, :language, :subject, :body, :written_by, :written_at);
