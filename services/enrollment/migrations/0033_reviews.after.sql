-- The former release counted who was registered apart with data that agree as another person, without a decision.
INSERT INTO review_decisions (decision_id, person_id, other_id, decision, reason, decided_by, decided_at)
SELECT merge_id, least(person_id, counted_as), greatest(person_id, counted_as), 'same_person', 'data_agree', 'migrate', recorded_at
FROM people WHERE counted_as IS NOT NULL
ON CONFLICT DO NOTHING;
