-- One database of a service, for its roles alone. Running it again changes nothing.
\getenv database DATABASE
\getenv name NAME
\getenv template TEMPLATE
SET client_min_messages = warning;
SELECT :'name' || '_owner' AS owner, :'name' || '_migrator' AS migrator \gset

SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE %I', :'database', :'owner', :'template')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec

-- Connecting and temporary tables are everybody's by default.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"migrator", :"name";
-- The projection copies its batches into one.
SELECT format('GRANT TEMPORARY ON DATABASE %I TO reporting', :'database') WHERE :'name' = 'reporting'
\gexec

\connect :"database"
SET client_min_messages = warning;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"name";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE ON SCHEMAS TO :"name";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"name";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT, USAGE ON SEQUENCES TO :"name";
