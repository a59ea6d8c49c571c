# Prints "ROLE enters DATABASE" for each that lets it in, and "ROLE may STATEMENT" for what changes tables in its own.
set -eu

enters() { psql --no-psqlrc --quiet --tuples-only --command="$2" "$1" >/dev/null 2>/tmp/said; }

refused() { grep -q "permission denied\|must be owner" /tmp/said || { cat /tmp/said >&2 && exit 1; }; }

for secret in /run/secrets/MINKA_*_DATABASE_URL; do
    address=$(cat "$secret")
    role=${address#postgresql://}
    role=${role%%:*}
    for database in enrollment enrollment_keys sessions media reporting postgres template1; do
        if enters "${address%/*}/$database" "SELECT 1"; then echo "$role enters $database"; else refused; fi
    done
    case $role in *_migrator) continue ;; esac
    for statement in "CREATE TABLE mine ()" "CREATE TEMP TABLE mine ()" "CREATE SCHEMA mine" "DROP TABLE migrations"; do
        if enters "$address" "$statement"; then echo "$role may $statement"; else refused; fi
    done
done
