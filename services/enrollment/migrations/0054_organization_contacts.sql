-- Whom the office calls or writes to at an organization, encrypted under the key of `contact_id`. The highest number counts; those
-- before are its history, which is erased with it.
CREATE TABLE organization_contacts (
    number bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    organization_id uuid NOT NULL REFERENCES organizations,
    contact_id uuid NOT NULL,
    contact bytea NOT NULL,
    written_by text NOT NULL,
    written_at timestamptz NOT NULL
);
CREATE INDEX organization_contacts_of_organization ON organization_contacts (organization_id, number);
