-- How many required sessions a cohort's plan has of a module, and what is learned in it. Modules of before ask for one session each.
ALTER TABLE modules
    ADD COLUMN required_sessions integer NOT NULL DEFAULT 1 CHECK (required_sessions >= 0),
    ADD COLUMN learning_outcomes text[] NOT NULL DEFAULT '{}';
