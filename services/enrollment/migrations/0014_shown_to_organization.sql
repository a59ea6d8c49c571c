-- Whether the person agreed that the organization of this enrollment reads their name.
ALTER TABLE enrollments ADD COLUMN shown_to_organization boolean NOT NULL DEFAULT false;
