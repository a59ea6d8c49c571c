-- How often each document was looked for by somebody without an account, under the digest of the blind index. Rows are deleted within an
-- hour after `forgotten_at`.
CREATE TABLE own_data_tries (
    document_digest bytea PRIMARY KEY,
    tries integer NOT NULL,
    forgotten_at timestamptz NOT NULL
);
CREATE INDEX own_data_tries_by_time ON own_data_tries (forgotten_at);
