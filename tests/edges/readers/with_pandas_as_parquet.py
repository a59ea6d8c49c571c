"""What pandas makes of a Parquet file without a hint: prints it as JSON."""

import json
import sys

import pandas
import pyarrow.parquet

[file] = sys.argv[1:]

figures = pandas.read_parquet(file)
whole = pandas.read_parquet(file, dtype_backend="numpy_nullable")
counted = whole[whole.value == 14].iloc[0]
withheld = figures[figures.district == "060102"].iloc[0]
metadata = pyarrow.parquet.read_metadata(file).metadata

print(
    json.dumps(
        {
            "types": {name: str(figures.dtypes[name]) for name in ("district", "value", "as_of", "definition_version")},
            "counted": [counted.district, counted.district_key, counted.district_name, int(counted.value)],
            "withheld": [None if pandas.isna(withheld.value) else withheld.value, withheld.status],
            "total": int(whole.value.sum()),
            "as_of": int(figures.as_of.astype("int64").iloc[0]),
            "metadata": {name.decode(): text.decode() for name, text in metadata.items()},
        }
    )
)
