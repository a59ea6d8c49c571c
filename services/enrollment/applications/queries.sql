-- name: add_application
-- Why: what was typed waits for somebody who decides. One that is sent again is the one that waits already.
INSERT INTO waiting_applications (application_id, enrollment_id, cohort_id, person_id, application, sent_by, sent_at, expires_at)
VALUES (:application_id, :enrollment_id, :cohort_id, :person_id, :application, :sent_by, :sent_at, :expires_at)
ON CONFLICT (enrollment_id) DO UPDATE SET enrollment_id = excluded.enrollment_id RETURNING application_id;

-- name: application
-- Why: somebody compares the application with the person whom it contradicts, and decides about it.
SELECT application_id, cohort_id, person_id, application, sent_by, sent_at, expires_at FROM waiting_applications w
WHERE application_id = :application_id AND NOT is_answered(w);

-- name: replace_application
-- Why: a number that was mistyped is right now, and may contradict somebody else.
UPDATE waiting_applications SET application = :application, person_id = :person_id WHERE application_id = :application_id;

-- name: waiting_of_cohort
-- Why: whoever sent an application sees on the cohort's page that it waits.
SELECT count(*) FROM waiting_applications w WHERE cohort_id = :cohort_id AND NOT is_answered(w);

-- name: stored_applications
-- Why: a person who is erased is named by no application that waits.
SELECT application_id, cohort_id, person_id, application, sent_by, sent_at, expires_at FROM waiting_applications
ORDER BY sent_at, application_id;

-- name: remove_applications
-- Why: somebody has decided about them, or they name somebody who is erased, or nobody decided for too long.
DELETE FROM waiting_applications WHERE application_id = ANY(:application_ids::uuid[]);
