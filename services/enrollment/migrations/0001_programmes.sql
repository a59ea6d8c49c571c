CREATE TABLE programmes (
    programme_id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE,
    title text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on >= starts_on),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE modules (
    module_id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes,
    title text NOT NULL,
    mechanism text NOT NULL,
    hours integer NOT NULL CHECK (hours > 0),
    edition integer NOT NULL CHECK (edition > 0),
    languages text[] NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (programme_id, title, edition)
);

-- `province` is the INEI code.
CREATE TABLE cohorts (
    cohort_id uuid PRIMARY KEY,
    programme_id uuid NOT NULL REFERENCES programmes,
    name text NOT NULL,
    province text NOT NULL,
    capacity integer NOT NULL CHECK (capacity > 0),
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on >= starts_on),
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (programme_id, name)
);

-- Who facilitates which cohort: `facilitator_id` is the issuer's subject, no name.
CREATE TABLE assignments (
    assignment_id uuid PRIMARY KEY,
    cohort_id uuid NOT NULL REFERENCES cohorts,
    facilitator_id text NOT NULL,
    active boolean NOT NULL,
    UNIQUE (cohort_id, facilitator_id)
);

CREATE TABLE organizations (
    organization_id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE,
    organization_type text NOT NULL,
    district text,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
