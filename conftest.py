"""Every test, in whatever folder, may use the fixtures of `tests/support`.

Pages are those of an installation in Cajamarca; command lines that tests run as processes of their own speak English.
"""

import os
from zoneinfo import ZoneInfo

from chassis.web import locale

pytest_plugins = ["tests.support.fixtures", "tests.support.browsers", "tests.support.groups", "tests.support.skips"]

os.environ |= {"MINKA_LANGUAGES": "es-PE,en", "MINKA_TIME_ZONE": "America/Lima", "MINKA_LANG": "en"}
locale.use(locale.Locale("es-PE", ZoneInfo("America/Lima")))
