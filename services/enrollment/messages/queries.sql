-- name: queue_messages
-- Why: only who agreed to be contacted is told something, and only of a cohort that is not over.
INSERT INTO messages (message_id, enrollment_id, person_id, kind, stop_code)
SELECT n.message_id, e.enrollment_id, e.person_id, n.kind, n.stop_code
FROM unnest(:message_id::uuid[], :enrollment_id::uuid[], :kind::text[], :stop_code::text[]) AS n(message_id, enrollment_id, kind, stop_code)
JOIN enrollments e USING (enrollment_id)
WHERE may_be_told(e, :today)
RETURNING message_id;

-- name: enrollments_of_cohort
-- Why: who has a seat in a cohort, or waits for one, is told that its dates changed.
SELECT enrollment_id FROM enrollments WHERE cohort_id = :cohort_id AND status <> 'withdrawn' ORDER BY application_number;

-- name: message_to_send
-- Why: a message is made when it is sent, of what is true then. One that was settled is not sent again.
SELECT m.message_id, m.person_id, m.kind, m.stop_code, p.identity, c.name AS cohort, r.title AS programme, c.starts_on, c.ends_on,
    e.offered_until, EXISTS (SELECT FROM consents WHERE person_id = m.person_id AND purpose = 'contact' AND withdrawn_at IS NULL) AS may_be_told
FROM messages m JOIN people p USING (person_id) JOIN enrollments e USING (enrollment_id) JOIN cohorts c USING (cohort_id)
JOIN programmes r USING (programme_id)
WHERE m.message_id = :message_id AND m.state = 'queued';

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
