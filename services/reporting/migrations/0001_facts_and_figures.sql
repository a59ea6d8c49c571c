-- Every version of everything heard of, as it was said. Nothing in it is ever changed.
CREATE TABLE history (
    kind text NOT NULL,
    subject uuid NOT NULL,
    version integer NOT NULL,
    type text NOT NULL,
    event_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (kind, subject, version)
);

-- The current version of each, and with whom it is counted.
CREATE TABLE facts (
    kind text NOT NULL,
    subject uuid NOT NULL,
    version integer NOT NULL,
    owner uuid NOT NULL,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX facts_of_owner ON facts (owner);

-- Whom to count again. Marks are only added and, once counted, removed: writers never meet.
CREATE TABLE dirty_owners (
    mark bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner uuid NOT NULL
);

-- A slice holds one member for each dimension its measure has; `n` is the sum of the contributions.
CREATE TABLE cells (
    cell_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    measure text NOT NULL,
    scope text NOT NULL,
    slice jsonb NOT NULL,
    n bigint NOT NULL DEFAULT 0,
    UNIQUE (measure, scope, slice)
);

-- What each owner adds, so that counting again writes only the difference.
CREATE TABLE contributions (
    owner uuid NOT NULL,
    cell_id integer NOT NULL,
    n integer NOT NULL,
    PRIMARY KEY (owner, cell_id)
);

-- Indicators whose cells moved since they were published.
CREATE TABLE stale_indicators (
    mark bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    indicator text NOT NULL
);

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
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON history, changes FROM %I', regexp_replace(current_user, '_owner$', ''));
END $$;
