-- name: ask
-- Why: who asks again for the same thing corrects what they asked for; the day of the answer stays that of the first time.
INSERT INTO data_requests AS request (request_id, person_id, kind, fields, asked, asked_at, answer_by)
VALUES (:request_id, :person_id, :kind, :fields, :asked, :now, :answer_by)
ON CONFLICT (person_id, kind) WHERE state = 'waiting'
DO UPDATE SET fields = excluded.fields, asked = excluded.asked, version = request.version + 1;

-- name: own_requests
-- Why: a person sees what became of what they asked for.
SELECT request_id, person_id, kind, fields, state, reason, asked_at, answer_by, decided_at, version FROM data_requests
WHERE person_id = ANY(:person_ids::uuid[]) ORDER BY asked_at, request_id;

-- name: requests
-- Why: the coordination answers what waits, and can show what it answered.
SELECT request_id, person_id, kind, fields, state, reason, asked_at, answer_by, decided_at, version FROM data_requests;

-- name: request
-- Why: a request is decided beside what is stored.
SELECT request_id, person_id, kind, fields, state, reason, asked_at, answer_by, decided_at, version FROM data_requests
WHERE request_id = :request_id;

-- name: asked
-- Why: what is asked for is encrypted under the person's key, and only whoever decides reads it.
SELECT asked FROM data_requests WHERE request_id = :request_id;

-- name: version
-- Why: nobody decides on values that the person has corrected meanwhile.
SELECT version FROM data_requests WHERE request_id = :request_id;

-- name: decide
-- Why: what was asked for is kept no longer than until it is answered; that it was, and why, stays.
UPDATE data_requests SET state = :state, reason = :reason, decided_by = :author, decided_at = :now, asked = NULL, version = version + 1
WHERE request_id = :request_id;

-- name: enrollment_to_tell
-- Why: a message goes by an enrollment; the person's last one does.
SELECT enrollment_id FROM enrollments WHERE person_id = :person_id ORDER BY recorded_at DESC, enrollment_id LIMIT 1;
