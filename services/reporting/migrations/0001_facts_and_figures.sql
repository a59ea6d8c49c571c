-- What is projected stands in a schema of its own, the generation `live`, so that another one can be made beside it.
CREATE SCHEMA live;
ALTER TABLE projection_offsets SET SCHEMA live;
SET LOCAL search_path = live, public;

-- The newest version of everything heard of, whole, as it was said, and with whom it is counted.
CREATE TABLE facts (
    subject uuid NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    owner uuid NOT NULL,
    type text NOT NULL,
    event_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (subject, kind)
) WITH (fillfactor = 90);
CREATE INDEX facts_of_owner ON facts (owner);
CREATE INDEX facts_with_a_name ON facts (kind) WHERE kind IN ('programme', 'cohort', 'campaign');

-- Every older version. A version is written once: as a fact, and moved here when a newer one is heard.
CREATE TABLE superseded (LIKE facts, PRIMARY KEY (subject, kind, version));

-- As whom a merged person is counted. Never a chain.
CREATE TABLE aliases (
    person uuid PRIMARY KEY,
    counted_as uuid NOT NULL,
    version integer NOT NULL
);
CREATE INDEX aliases_counted_as ON aliases (counted_as);

-- Whom to count again, a mark for each batch. Marks are only added and, once counted, removed: writers never meet. No two generations have the same.
CREATE TABLE dirty_owners (
    mark uuid PRIMARY KEY DEFAULT uuidv7(),
    owners uuid[] NOT NULL
);
ALTER TABLE dirty_owners ALTER COLUMN owners SET STORAGE EXTERNAL;

-- The cells, by who adds to them: a JSON array of {measure, scope, slice, months}, one member for each dimension its measure has, and the amount of each
-- month. There are nearly as many cells as people and months; a table of them would sum up next to nothing.
CREATE TABLE contributions (
    owner uuid PRIMARY KEY,
    added text NOT NULL
) WITH (fillfactor = 80);

-- The sums of the cells that public lists show: the total, and each single dimension. Kept by the pass that moves the cells.
CREATE TABLE margins (
    measure text NOT NULL,
    dimension text NOT NULL,
    member text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (measure, dimension, member)
);

-- Indicators whose cells moved since they were published.
CREATE TABLE stale_indicators (
    mark bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    indicator text NOT NULL
);

SET LOCAL search_path = public;

CREATE TYPE cell_status AS ENUM ('published', 'suppressed');

-- The public figures as they stand; everything public is read from here.
CREATE TABLE published (
    indicator text NOT NULL,
    dimension text NOT NULL,
    member text NOT NULL,
    value bigint,
    lower bigint,
    upper bigint,
    status cell_status NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (indicator, dimension, member)
);

-- Every change of a public figure, in order: the stream and the topic read it.
CREATE TABLE changes (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    indicator text NOT NULL,
    definition_version integer NOT NULL,
    dimension text NOT NULL,
    member text NOT NULL,
    value bigint,
    lower bigint,
    upper bigint,
    status cell_status NOT NULL
);

-- When the publisher last compared the public figures with the cells.
CREATE TABLE publisher (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    looked_at timestamptz NOT NULL
);

DO $$ BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON live.superseded, changes FROM %I', regexp_replace(current_user, '_owner$', ''));
    EXECUTE format('REVOKE DELETE, TRUNCATE ON live.facts FROM %I', regexp_replace(current_user, '_owner$', ''));
END $$;
