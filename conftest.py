"""Every test, in whatever folder, may use the fixtures of `tests/support`.

Pages are those of an installation in Cajamarca; command lines that tests run as processes of their own speak English.
Compiled modules are kept, whatever the machine says: each of seven hundred processes would compile Minka anew.
Hypothesis tries the same examples in each run, for as long as they take; `--hypothesis-profile=random` tries others.
"""

import os
import sys
from zoneinfo import ZoneInfo

import structlog
from hypothesis import HealthCheck, settings

from chassis.web import locale
from tests.support.memory import keep_clusters_in_memory

pytest_plugins = ["tests.support.fixtures", "tests.support.browsers", "tests.support.groups", "tests.support.skips"]

for profile in ("same", "random"):
    settings.register_profile(
        profile, derandomize=profile == "same", deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile("same")

structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.dev.set_exc_info,
        # structlog's own formatter takes seconds for an exception, because it shows every variable of every call.
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
keep_clusters_in_memory()
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ |= {"MINKA_LANGUAGES": "es-PE,en", "MINKA_TIME_ZONE": "America/Lima", "MINKA_LANG": "en"}
locale.use(locale.Locale("es-PE", ZoneInfo("America/Lima")))
