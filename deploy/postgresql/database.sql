-- Creates one database of a service, which only its roles may enter. Idempotent.
\getenv database DATABASE
\getenv name NAME
\getenv template TEMPLATE
SET client_min_messages = warning;
SELECT :'name' || '_owner' AS owner, :'name' || '_migrator' AS migrator \gset

SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE %I', :'database', :'owner', :'template')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec

-- By default everybody may connect and create temporary tables.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"migrator", :"name";
-- The projection copies each batch into a temporary table.
SELECT format('GRANT TEMPORARY ON DATABASE %I TO reporting', :'database') WHERE :'name' = 'reporting'
\gexec

\connect :"database"
SET client_min_messages = warning;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"name";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT USAGE ON SCHEMAS TO :"name";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"name";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" GRANT SELECT, USAGE ON SEQUENCES TO :"name";
