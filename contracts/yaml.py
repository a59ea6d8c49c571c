"""Writes plain data as YAML 1.2: just what a JSON document can hold, so that no library is needed."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_PLAIN = re.compile(r"[A-Za-z/$][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*")
_MEANS_ANOTHER_THING = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


def dump(value: dict[str, Any]) -> str:
    """The document's text."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _entry(_scalar(key), item)
    elif isinstance(value, list) and value:
        for item in value:
            first, *others = _lines(item)
            yield f"- {first}"
            yield from _indented(others)
    else:
        yield _scalar(value)


def _entry(key: str, item: Any) -> Iterator[str]:
    if isinstance(item, dict | list) and item:
        yield f"{key}:"
        yield from _indented(_lines(item))
    else:
        yield f"{key}: {_scalar(item)}"


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _MEANS_ANOTHER_THING:
        return value
    return json.dumps(value, ensure_ascii=False)
