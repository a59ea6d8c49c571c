-- The digests of documents are computed over less memory. The service computes them anew after migrating.
UPDATE people SET document_digest = NULL, shared_document_digest = NULL;
