"""Refuses objects of JSON in which a key stands twice: one of both would be lost."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from fastapi import Request

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.problems import field_name
from chassis.web.texts import N_


async def body_says_each_once(request: Request) -> None:
    """The dependency of a route whose body has keys of the sender's own. Raises `RejectedError` for a repeated one."""
    says_each_once(await request.body())


def says_each_once(text: Any) -> Any:
    """Returns a text of JSON. Raises `RejectedError` for a repeated key. What is no JSON is refused by whoever
    reads it."""
    with suppress(TypeError, ValueError, RecursionError):
        json.loads(text, object_pairs_hook=_each_once)
    return text


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    for key, times in Counter(key for key, _value in pairs).items():
        if times > 1:
            raise RejectedError(replace(_KEY_REPEATED, field=field_name(key)))
    return dict(pairs)


_KEY_REPEATED = Rejection("key_repeated", N_("This stands twice in the same object."), remedy=N_("Send it once."))
