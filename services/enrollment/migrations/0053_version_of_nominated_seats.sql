-- How often the seats of organizations in a cohort were set to another number, which no event tells.
ALTER TABLE cohorts ADD COLUMN nominated_seats_version integer NOT NULL DEFAULT 0;
