"""What DuckDB makes of a Parquet file: prints it as JSON."""

import json
import sys

import duckdb

[file] = sys.argv[1:]

figures = duckdb.read_parquet(file)
types = dict(zip(figures.columns, map(str, figures.types), strict=True))
[counted] = figures.filter("value = 14").project("district, district_key, district_name, value").fetchall()
[withheld] = figures.filter("district = '060102'").project("value, status").fetchall()
[(total,)] = figures.aggregate("sum(value)").fetchall()
[(as_of,)] = figures.project("epoch_us(as_of)").limit(1).fetchall()
metadata = duckdb.execute("SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)", [file]).fetchall()

print(
    json.dumps(
        {
            "types": {name: types[name] for name in ("district", "value", "as_of", "definition_version")},
            "counted": counted,
            "withheld": withheld,
            "total": int(total),
            "as_of": as_of,
            "metadata": dict(metadata),
        }
    )
)
