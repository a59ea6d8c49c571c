-- name: overview
-- Why: The first page shows the counts of what exists. Visits are people's.
SELECT (SELECT count(*) FROM assets WHERE withdrawn_at IS NULL) AS assets,
    (SELECT count(*) FROM publications WHERE withdrawn_at IS NULL) AS publications,
    (SELECT count(*) FROM campaigns WHERE ended_on IS NULL AND starts_on <= :today AND (ends_on IS NULL OR ends_on >= :today)) AS campaigns,
    (SELECT coalesce(sum(people_visits), 0)::bigint FROM reach WHERE day = :today) AS visits_today,
    (SELECT coalesce(sum(people_visits), 0)::bigint FROM reach) AS visits;
