"""Every test, in whatever folder, may use the fixtures of `tests/support`."""

pytest_plugins = ["tests.support.fixtures", "tests.support.browsers", "tests.support.groups", "tests.support.skips"]
