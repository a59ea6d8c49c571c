"""A program that imports the libraries once and forks for each run of tests, because they take longer than most tests.

It reads a line of JSON for each run (`arguments` of pytest, `folder`, `variables`, `output`) and answers with the id of
the fork, which leads a process group, and with an empty line when that has ended. It imports nothing of the project,
whose files differ from run to run.
"""

import importlib
import json
import os
import sys
import traceback
from contextlib import suppress

LIBRARIES = (
    *("pytest", "_pytest.assertion.rewrite", "hypothesis", "hypothesis.strategies", "hypothesis.stateful"),
    *("asyncpg", "aiokafka", "fastapi", "faststream.kafka", "faststream.security", "faststream.kafka.prometheus"),
    *("httpx", "joserfc.jwt", "pydantic", "pydantic_settings", "structlog", "structlog.testing", "uvicorn"),
    *(
        "jinja2",
        "babel.dates",
        "confluent_kafka",
        "typer",
        "rich.console",
        "cryptography.hazmat.primitives.ciphers.aead",
    ),
)
"""What most tests import. One that is missing is imported when it is needed."""


def main() -> None:
    for library in LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(library)
    for line in sys.stdin:
        fork = os.fork()
        if fork == 0:
            _run(**json.loads(line))
        print(fork, flush=True)
        os.waitpid(fork, 0)
        print(flush=True)


def _run(arguments: list[str], folder: str, variables: dict[str, str], output: str) -> None:
    """Runs pytest as `python -m pytest` does in the folder, and ends the process."""
    status = 1
    try:
        os.setsid()
        written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        for stream in (1, 2):
            os.dup2(written, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.chdir(folder)
        os.environ.update(variables)
        sys.path[:0] = [folder, *variables["PYTHONPATH"].split(os.pathsep)]
        status = importlib.import_module("pytest").main(arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
