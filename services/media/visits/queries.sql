-- name: add_salt
-- Why: When several processes start a day, one of them stores its salt.
INSERT INTO salts (day, salt) VALUES (:day, :salt) ON CONFLICT DO NOTHING;

-- name: salt
-- Why: All processes use the stored salt.
SELECT salt FROM salts WHERE day = :day;

-- name: delete_salts
-- Why: Without its salt a day's digests identify nobody.
DELETE FROM salts WHERE day < :first_kept_day;
