-- Files of modules, which everybody may read. `sha256` is hexadecimal and `size` in bytes; `version` counts what is said of the file.
CREATE TABLE materials (
    material_id uuid PRIMARY KEY,
    module_id uuid NOT NULL REFERENCES modules,
    title text NOT NULL,
    language text NOT NULL,
    file_type text NOT NULL,
    sha256 text NOT NULL,
    size integer NOT NULL,
    version integer NOT NULL DEFAULT 1,
    added_at timestamptz NOT NULL,
    removed_at timestamptz
);
CREATE INDEX materials_of_module ON materials (module_id);

-- The content of those that were not removed. It is stored as it is, so that a part of it is read without the rest.
CREATE TABLE material_files (
    material_id uuid PRIMARY KEY REFERENCES materials,
    content bytea STORAGE EXTERNAL NOT NULL
);
