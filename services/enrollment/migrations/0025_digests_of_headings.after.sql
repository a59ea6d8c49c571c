-- Which columns are declared is known by the digests of their headings, which the former release did not read.
UPDATE imports SET declaration = declaration - 'columns' WHERE erased_at IS NOT NULL AND declaration ? 'columns';
UPDATE imports
SET declaration = jsonb_set(declaration, '{columns}', (
    SELECT coalesce(jsonb_object_agg(
        CASE WHEN key ~ '^[0-9a-f]{64}$' THEN key ELSE encode(sha256(convert_to(key, 'UTF8')), 'hex') END, value
    ), '{}') FROM jsonb_each(declaration -> 'columns')
))
WHERE jsonb_typeof(declaration -> 'columns') = 'object';
