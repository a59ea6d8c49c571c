-- Creates the three roles of one service's database: the owner of the tables, the migrator, which changes them, and the
-- application, which may only read and write rows. Idempotent; passwords are set each time.
\getenv name NAME
\getenv application_password APPLICATION_PASSWORD
\getenv migrator_password MIGRATOR_PASSWORD
SET log_statement = 'none';
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I', role)
FROM unnest(ARRAY[:'name' || '_owner', :'name' || '_migrator', :'name']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec

SELECT :'name' || '_owner' AS owner, :'name' || '_migrator' AS migrator \gset
ALTER ROLE :"migrator" LOGIN PASSWORD :'migrator_password';
ALTER ROLE :"name" LOGIN PASSWORD :'application_password';
GRANT :"owner" TO :"migrator" WITH INHERIT FALSE;
-- The migrator creates objects as the owner, so that the owner's default privileges apply to them.
ALTER ROLE :"migrator" SET role = :'owner';

-- No service may connect to the databases that every cluster has.
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
