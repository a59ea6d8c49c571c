CREATE TYPE audit_kind AS ENUM ('read', 'write');

-- Who read or changed what, when and why. It names nobody: the author is the issuer's pseudonym or a client's, the subject an identifier,
-- the action a route's name. `shown` counts what an answer showed, and `format` is that of an export.
CREATE TABLE audit_trail (
    entry_id uuid PRIMARY KEY DEFAULT uuidv7(),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind audit_kind NOT NULL,
    author text NOT NULL,
    action text NOT NULL,
    subject text,
    shown integer,
    format text,
    reason text,
    correlation_id text
);
CREATE INDEX audit_trail_of_subject ON audit_trail (subject, entry_id);
CREATE INDEX audit_trail_of_author ON audit_trail (author, entry_id);

-- Not even the owner changes an entry, or removes one before its time.
CREATE FUNCTION keep_audit_trail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '2 years' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit trail is kept for two years' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_trail_is_kept BEFORE UPDATE OR DELETE ON audit_trail FOR EACH ROW EXECUTE FUNCTION keep_audit_trail();
CREATE TRIGGER audit_trail_is_not_emptied BEFORE TRUNCATE ON audit_trail FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_trail();

DO $$ BEGIN EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_trail FROM %I', regexp_replace(current_user, '_owner$', '')); END $$;
