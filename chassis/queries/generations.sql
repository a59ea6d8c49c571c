-- name: stands_beside
-- Why: whoever works on what is projected works on a second generation too, for as long as there is one.
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'beside');

-- name: turn_to
-- Why: what is redriven belongs into both generations, at once or not at all. The connection is others' afterwards.
SELECT set_config('search_path', $1, true);

-- name: has_generations
-- Why: most services project into no schema of its own.
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'live');

-- name: make_beside
-- Why: the same tables, empty, with the same rights for the service; its owner makes them.
DO $$
DECLARE
    made text;
    granted record;
BEGIN
    CREATE SCHEMA beside;
    FOR made IN SELECT tablename FROM pg_tables WHERE schemaname = 'live' LOOP
        EXECUTE format('CREATE TABLE beside.%1$I (LIKE live.%1$I INCLUDING ALL)', made);
        EXECUTE format('REVOKE ALL ON beside.%I FROM %I', made, regexp_replace(current_user, '_owner$', ''));
        FOR granted IN SELECT grantee, string_agg(privilege_type, ', ') AS rights FROM information_schema.role_table_grants
                       WHERE table_schema = 'live' AND table_name = made AND grantee <> current_user GROUP BY grantee LOOP
            EXECUTE format('GRANT %s ON beside.%I TO %I', granted.rights, made, granted.grantee);
        END LOOP;
    END LOOP;
END $$;

-- name: hold_generations
-- Why: whatever is under way in either ends first, and nothing begins: everybody's first statement asks for the offsets, or for marks. They are held in that order.
DO $$
DECLARE
    held text;
BEGIN
    FOR held IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('live', 'beside')
                ORDER BY tablename = 'projection_offsets' DESC, EXISTS (SELECT FROM pg_attribute WHERE attrelid = format('%I.%I', schemaname, tablename)::regclass AND attname = 'mark') DESC, tablename, schemaname LOOP
        EXECUTE 'LOCK TABLE ' || held || ' IN ACCESS EXCLUSIVE MODE';
    END LOOP;
END $$;

-- name: swap_generations
-- Why: everybody finds the tables by the schema's name; the names change places in one moment.
DO $$ BEGIN
    ALTER SCHEMA live RENAME TO swapping;
    ALTER SCHEMA beside RENAME TO live;
    ALTER SCHEMA swapping RENAME TO beside;
END $$;

-- name: drop_beside
-- Why: what is no longer wanted goes.
DROP SCHEMA beside CASCADE;
