-- A completion has a second row in `facts`, whose owner is the organization for which the person took part.
COMMENT ON COLUMN live.facts.kind IS 'What the fact is of. A completion has two: `completion` of its person, and `organization_completion` of its organization.';
