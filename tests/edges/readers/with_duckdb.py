"""What DuckDB makes of figures without a hint: prints it as JSON."""

import json
import sys

import duckdb

csv, bounds = sys.argv[1:]

figures = duckdb.read_csv(csv)
types = dict(zip(figures.columns, map(str, figures.types), strict=True))
[(code, key, name)] = figures.filter("value = 14").project("district, district_key, district_name").fetchall()
[(withheld, status)] = figures.filter("district = '060102'").project("value, status").fetchall()
[(total,)] = figures.aggregate("sum(value)").fetchall()
[(as_of,)] = figures.project("epoch_us(as_of)").limit(1).fetchall()
[reach] = duckdb.read_csv(bounds).project("lower, value, upper").fetchall()

print(
    json.dumps(
        {
            "types": {name: types[name] for name in ("district", "value", "as_of", "definition_version")},
            "code": code,
            "key": key,
            "name": name,
            "withheld": withheld,
            "status": status,
            "total": int(total),
            "as_of": as_of,
            "bounds": list(map(float, reach)),
        }
    )
)
