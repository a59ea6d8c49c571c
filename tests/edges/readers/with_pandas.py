"""What pandas makes of figures, without and with a hint: prints it as JSON."""

import json
import sys

import pandas

csv, bounds, xlsx = sys.argv[1:]

plain = pandas.read_csv(csv)
text = {"district": "string"}
hinted = pandas.read_csv(csv, dtype=text, parse_dates=["as_of"]).set_index("district")
sheet = pandas.read_excel(xlsx, engine="calamine", dtype=text).set_index("district")
reach = pandas.read_csv(bounds).iloc[0]

print(
    json.dumps(
        {
            "columns": list(plain.columns),
            "keys": [table.loc[table.value == 14, "district_key"].item() for table in (plain, sheet)],
            "code": hinted[hinted.value == 14].index.item(),
            "code_in_a_workbook": sheet[sheet.value == 14].index.item(),
            "withheld": [bool(pandas.isna(table.loc["060102"].value)) for table in (hinted, sheet)],
            "status": hinted.loc["060102"].status,
            "total": [int(table.value.sum()) for table in (plain, sheet)],
            "as_of": hinted.iloc[0].as_of.isoformat(),
            "bounds": [float(reach.lower), float(reach.value), float(reach.upper)],
            "name": hinted.loc["060102"].district_name,
        }
    )
)
