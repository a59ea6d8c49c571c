-- A restored dump starts with small transaction ids, below the relay's cursor: each cluster (and timeline) is an era.
CREATE TABLE eras (
    era integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    system_identifier bigint NOT NULL,
    timeline integer NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (system_identifier, timeline)
);

-- The version of every subject this service speaks of; the row is touched only under the subject's lock.
CREATE TABLE subject_versions (
    subject text PRIMARY KEY,
    version integer NOT NULL
);

-- Column names are Debezium's, so that change data capture could take the relay's place.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY,
    era integer NOT NULL REFERENCES eras,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    event_id uuid NOT NULL DEFAULT uuidv7(),
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    aggregateversion integer NOT NULL,
    type text NOT NULL,
    partitionkey text NOT NULL,
    payload text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    correlation_id text,
    traceparent text,
    PRIMARY KEY (era, xid, id)
);

-- How far the relay has read; one row, moved only by the holder of the relay's lock.
CREATE TABLE relay_cursor (
    relay text PRIMARY KEY,
    era integer NOT NULL,
    xid xid8 NOT NULL,
    id bigint NOT NULL
);

CREATE TABLE inbox (
    handler text NOT NULL,
    source text NOT NULL,
    event_id uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (handler, source, event_id)
);

-- `next` is the offset of the first record not yet folded; `last_event` is the ce_id at next − 1; `behind` says that many more wait in the log.
CREATE TABLE projection_offsets (
    projection text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next bigint NOT NULL,
    last_event text,
    behind boolean NOT NULL DEFAULT true,
    read_up_to timestamptz,
    caught_up_at timestamptz,
    PRIMARY KEY (projection, topic, partition)
);

CREATE TYPE dead_letter_kind AS ENUM ('parked', 'quarantined');
CREATE TYPE dead_letter_state AS ENUM ('waiting', 'redriving', 'redriven', 'discarded');

-- What could not be handled, whole, until an operator redrives or discards it. A parked key's later records queue behind it.
CREATE TABLE dead_letters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind dead_letter_kind NOT NULL,
    state dead_letter_state NOT NULL DEFAULT 'waiting',
    consumer text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key bytea,
    value bytea,
    headers jsonb NOT NULL,
    type text,
    error_class text NOT NULL,
    error text NOT NULL,
    attempts integer NOT NULL DEFAULT 1,
    code_version text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz,
    reason text
);
-- Delivered again while it waits, a record is not parked twice.
CREATE UNIQUE INDEX dead_letters_once ON dead_letters (consumer, topic, partition, "offset") WHERE state IN ('waiting', 'redriving');
CREATE INDEX dead_letters_open ON dead_letters (consumer, key, id) WHERE state IN ('waiting', 'redriving');

CREATE TYPE job_state AS ENUM ('due', 'done', 'failed');

CREATE TABLE jobs (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    kind text NOT NULL,
    key text,
    payload jsonb NOT NULL,
    state job_state NOT NULL DEFAULT 'due',
    due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    leased_until timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    error text,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    settled_at timestamptz
);
CREATE UNIQUE INDEX jobs_one_waiting ON jobs (kind, key) WHERE state = 'due' AND key IS NOT NULL;
CREATE INDEX jobs_due ON jobs (due_at) WHERE state = 'due';

-- The log that is replayed is written once. The application's role is the owner's name without its ending.
DO $$ BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON outbox, inbox, eras FROM %I', regexp_replace(current_user, '_owner$', ''));
END $$;
