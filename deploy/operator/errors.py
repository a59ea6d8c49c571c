"""Errors that a person at a terminal can do something about."""

import os

from chassis.web.texts import _


class OperatorError(Exception):
    """A command cannot succeed. The text is one sentence for the operator: what is wrong and what to do."""


class NothingToDo(Exception):
    """What a command was asked for is so already. The text is one sentence for the operator."""


class MissingVariable(OperatorError):
    """An environment variable that the command needs is not set."""

    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s is not set; set it in the environment of this command.", name=name))


def required(name: str) -> str:
    """The value of an environment variable. Raises `MissingVariable` when it is not set."""
    if not (value := os.environ.get(name)):
        raise MissingVariable(name)
    return value
