CREATE TYPE asset_kind AS ENUM ('reel', 'flyer', 'poster', 'photo', 'audio_spot');
CREATE TYPE channel AS ENUM ('facebook', 'instagram', 'tiktok', 'youtube', 'whatsapp', 'radio', 'notice_board', 'web', 'other');
CREATE TYPE evidence_grade AS ENUM ('platform_estimated', 'survey', 'declared');

-- Heard from enrollment: a campaign may be for a programme.
CREATE TABLE heard_programmes (
    programme_id uuid PRIMARY KEY,
    version integer NOT NULL,
    code text NOT NULL,
    title text NOT NULL
);

-- `number` is the order in which things came; pages are turned by it.
CREATE TABLE assets (
    asset_id uuid PRIMARY KEY,
    kind asset_kind NOT NULL,
    title text NOT NULL,
    language text NOT NULL,
    alternative_text text NOT NULL,
    content_sha256 text NOT NULL CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    content_type text NOT NULL,
    size integer NOT NULL,
    withdrawn_at timestamptz,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);

CREATE TABLE campaigns (
    campaign_id uuid PRIMARY KEY,
    programme_id uuid,
    name text NOT NULL,
    objective text NOT NULL,
    starts_on date NOT NULL,
    ends_on date CHECK (ends_on >= starts_on),
    ended_on date,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);

CREATE TABLE publications (
    publication_id uuid PRIMARY KEY,
    asset_id uuid NOT NULL REFERENCES assets,
    campaign_id uuid REFERENCES campaigns,
    channel channel NOT NULL,
    url text NOT NULL,
    published_at timestamptz NOT NULL,
    district text,
    withdrawn_at timestamptz,
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);
CREATE INDEX publications_of_asset ON publications (asset_id);
CREATE INDEX publications_of_campaign ON publications (campaign_id);

-- What a platform says of a publication. A platform cannot measure for us: its grade is never `measured`.
CREATE TABLE platform_figures (
    figure_id uuid PRIMARY KEY,
    publication_id uuid NOT NULL REFERENCES publications,
    period_start date NOT NULL,
    period_end date NOT NULL CHECK (period_end >= period_start),
    reach integer CHECK (reach >= 0),
    impressions integer CHECK (impressions >= 0),
    grade evidence_grade NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    CHECK (reach IS NOT NULL OR impressions IS NOT NULL)
);
CREATE INDEX platform_figures_of_publication ON platform_figures (publication_id);

-- Where a link leads is fixed for ever: it is printed on paper.
CREATE TABLE links (
    link_id uuid PRIMARY KEY,
    target_url text NOT NULL CHECK (target_url ~ '^https?://'),
    channel channel NOT NULL,
    asset_id uuid REFERENCES assets,
    campaign_id uuid REFERENCES campaigns,
    district text,
    code text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE
);
CREATE INDEX links_of_campaign ON links (campaign_id);

-- One a day, deleted after it. Unlogged: a salt gets into no archive, no replica and no backup from which it could come
-- back. A crash of the database empties the table, and visitors may count twice on that day.
CREATE UNLOGGED TABLE salts (
    day date PRIMARY KEY,
    salt bytea NOT NULL
);

-- Which visits are in `reach` already. Kept for ever, as the outbox is: everything may be sent again.
CREATE TABLE folded_visits (
    visit_id uuid PRIMARY KEY
);

-- A link's day (America/Lima), folded. What changed since it was last announced is `dirty`.
CREATE TABLE reach (
    link_id uuid NOT NULL,
    day date NOT NULL,
    reach_id uuid NOT NULL UNIQUE DEFAULT uuidv7(),
    people_visits integer NOT NULL DEFAULT 0,
    bot_visits integer NOT NULL DEFAULT 0,
    preview_visits integer NOT NULL DEFAULT 0,
    people_sketch bytea,
    last_visit_at timestamptz NOT NULL DEFAULT '-infinity',
    announced_at timestamptz NOT NULL DEFAULT '-infinity',
    dirty boolean NOT NULL DEFAULT false,
    PRIMARY KEY (link_id, day)
);
CREATE INDEX reach_dirty ON reach (announced_at) WHERE dirty;
CREATE INDEX reach_by_day ON reach (day);

DO $$
DECLARE
    application text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON folded_visits, links, platform_figures FROM %I', application);
    EXECUTE format('REVOKE UPDATE, TRUNCATE ON salts FROM %I', application);
    EXECUTE format('REVOKE DELETE, TRUNCATE ON assets, campaigns, publications, reach FROM %I', application);
END $$;
