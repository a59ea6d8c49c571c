-- What a person is found by, under a key of the key database: the document by a slow digest, so that nobody tries all numbers; names by
-- digests of the person's own, so that a copy of the table does not tell who have the same. The service computes both after migrating.
-- Who was registered apart has the document as `shared_document_digest`. Erasing a person empties all three.
ALTER TABLE people
    ADD COLUMN document_digest bytea UNIQUE,
    ADD COLUMN shared_document_digest bytea,
    ADD COLUMN name_digests bytea[] NOT NULL DEFAULT '{}',
    ALTER COLUMN name_blocks SET DEFAULT '{}';
CREATE INDEX people_of_shared_document ON people (shared_document_digest) WHERE shared_document_digest IS NOT NULL;
