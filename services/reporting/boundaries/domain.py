"""The boundaries of the districts as GeoJSON (RFC 7946).

Boundaries: INEI 2007, published by MINAM; see `data/README.md`.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from contracts.territory import District, code_key, districts

_FILE = Path(__file__).parents[3] / "data" / "cajamarca-districts.geojson"
_SOURCE = "INEI 2007, published by MINAM; simplified"


@cache
def boundaries() -> dict[str, Any]:
    """A collection of features whose `id` is the INEI code, and whose names have their accents."""
    stored = json.loads(_FILE.read_text(encoding="utf-8"))
    features = [{**feature, "properties": _properties(districts()[feature["id"]])} for feature in stored["features"]]
    return {"type": "FeatureCollection", "source": _SOURCE, "features": features}


def _properties(district: District) -> dict[str, str]:
    """What files of figures say of a district, so that they can be joined."""
    return {
        "district": district.inei,
        "district_name": district.name,
        "district_key": code_key(district.inei),
        "province": district.province_code,
        "province_name": district.province,
        "province_key": code_key(district.province_code),
    }
