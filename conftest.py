"""Every test, in whatever folder, may use the fixtures of `tests/support`, and reads what people in Cajamarca read."""

import os

pytest_plugins = ["tests.support.fixtures", "tests.support.browsers", "tests.support.groups", "tests.support.skips"]

os.environ |= {"MINKA_LANG": "es_PE", "MINKA_LANGUAGES": "es-PE,en", "MINKA_TIME_ZONE": "America/Lima"}
