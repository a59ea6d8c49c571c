-- Tests need their data as long as the machine runs; writing it through to the disk would only take time.
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET full_page_writes = off;
SELECT pg_reload_conf() \g /dev/null
