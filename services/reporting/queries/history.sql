-- name: facts_as_of
-- Why: what was known of everything at an instant of each clock ($2 happened, $3 recorded; null is now): the fact, or its newest older version that qualifies.
-- Whoever was counted as somebody else ($4 as $5) stands with them.
WITH known AS (
    SELECT owner, type, body FROM facts
    WHERE kind = ANY($1::text[]) AND ($2::timestamptz IS NULL OR occurred_at <= $2) AND ($3::timestamptz IS NULL OR recorded_at <= $3)
    UNION ALL
    SELECT older.owner, older.type, older.body
    FROM facts f CROSS JOIN LATERAL (
        SELECT s.owner, s.type, s.body FROM superseded s
        WHERE s.subject = f.subject AND s.kind = f.kind
          AND ($2::timestamptz IS NULL OR s.occurred_at <= $2) AND ($3::timestamptz IS NULL OR s.recorded_at <= $3)
        ORDER BY s.version DESC LIMIT 1
    ) older
    WHERE f.kind = ANY($1::text[]) AND (f.occurred_at > $2::timestamptz OR f.recorded_at > $3::timestamptz)
)
SELECT coalesce(m.counted_as, k.owner) AS whole, k.type, k.body
FROM known k LEFT JOIN unnest($4::uuid[], $5::uuid[]) AS m(person, counted_as) ON m.person = k.owner
ORDER BY whole;
