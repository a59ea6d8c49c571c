-- name: materials_of_programme
-- Why: pages and the interface list what each module of a programme has, in the order in which it was added.
SELECT a.material_id, m.programme_id, a.module_id, m.title AS module, a.title, a.language, a.file_type, a.sha256, a.size, a.audience, a.added_at
FROM materials a JOIN modules m USING (module_id)
WHERE m.programme_id = :programme_id AND a.removed_at IS NULL ORDER BY m.recorded_at, m.module_id, a.added_at, a.material_id;

-- name: material
-- Why: a command finds the material, and compares a repeated one with it; a removed one stays known.
SELECT a.material_id, m.programme_id, a.module_id, m.title AS module, a.title, a.language, a.file_type, a.sha256, a.size, a.audience, a.added_at, a.removed_at
FROM materials a JOIN modules m USING (module_id) WHERE a.material_id = :material_id;

-- name: materials_of_people
-- Why: whoever has a seat reads what is for them, also where a record has it that is counted as theirs. The list of a past cohort gives no seat.
SELECT a.material_id, m.programme_id, a.module_id, m.title AS module, a.title, a.language, a.file_type, a.sha256, a.size, a.audience, a.added_at
FROM materials a JOIN modules m USING (module_id)
WHERE a.removed_at IS NULL AND a.audience = ANY(:audiences::text[]) AND m.programme_id IN (
    SELECT c.programme_id FROM people named
    JOIN people p ON coalesce(p.counted_as, p.person_id) = coalesce(named.counted_as, named.person_id)
    JOIN enrollments e ON e.person_id = p.person_id JOIN cohorts c USING (cohort_id)
    WHERE named.person_id = ANY(:person_ids::uuid[]) AND e.status = 'accepted' AND e.stated IS NULL
) ORDER BY m.recorded_at, m.module_id, a.added_at, a.material_id;

-- name: public_material
-- Why: everybody may read the file of a material that is for everybody and was not removed.
SELECT title AS name, file_type, sha256, size FROM materials
WHERE material_id = :material_id AND audience = 'everybody' AND removed_at IS NULL;

-- name: material_version
-- Why: a material is corrected on what somebody saw of it. A removed one has no version.
SELECT version FROM materials WHERE material_id = :material_id AND removed_at IS NULL;

-- name: add_material
-- Why: those for whom it is may read it from now on.
INSERT INTO materials (material_id, module_id, title, language, file_type, sha256, size, audience, added_at)
VALUES (:material_id, :module_id, :title, :language, :file_type, :sha256, :size, :audience, :added_at);

-- name: add_file
-- Why: the content has a table of its own, so that lists do not read it; that of a replaced file goes.
INSERT INTO material_files (material_id, content) VALUES (:material_id, :content)
ON CONFLICT (material_id) DO UPDATE SET content = EXCLUDED.content;

-- name: correct_material
-- Why: the material is another from now on.
UPDATE materials SET title = :title, language = :language, audience = :audience, file_type = :file_type, sha256 = :sha256, size = :size,
    version = version + 1
WHERE material_id = :material_id;

-- name: remove_material
-- Why: nobody reads the file any more, so it is not kept.
WITH file AS (DELETE FROM material_files WHERE material_id = :material_id)
UPDATE materials SET removed_at = :removed_at, version = version + 1 WHERE material_id = :material_id;

-- name: copy_material
-- Why: the copy of a programme has its materials; each goes its own way from then on.
WITH copy AS (
    INSERT INTO materials (material_id, module_id, title, language, file_type, sha256, size, audience, added_at)
    SELECT :copy_id, :module_id, title, language, file_type, sha256, size, audience, :added_at FROM materials WHERE material_id = :material_id
    RETURNING material_id
)
INSERT INTO material_files (material_id, content)
SELECT copy.material_id, f.content FROM copy, material_files f WHERE f.material_id = :material_id;

-- name: part_of_file
-- Why: a file is served in parts, so that none is in memory as a whole. Bytes are counted from 1.
SELECT substring(content FROM :first FOR :length) FROM material_files WHERE material_id = :material_id;
