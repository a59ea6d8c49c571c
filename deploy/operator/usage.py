"""The words that typer has in English only: what is wrong with a command line, and the headings of its help."""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any

import typer
from pydantic import ValidationError
from typer import rich_utils
from typer._click.exceptions import BadParameter, MissingParameter, NoSuchOption, UsageError

from chassis.web.texts import N_, _

MESSAGES = {
    r"No such command '(?P<name>[^']*)'.*": N_("There is no command %(name)s."),
    r"Missing command\.": N_("A command is missing."),
    r"Got unexpected extra argument\(s\) \((?P<name>.*)\)": N_("%(name)s is one argument too many."),
    r"Option '(?P<name>[^']*)' requires an argument\.": N_("%(name)s needs a value."),
    r"Option '(?P<name>[^']*)' does not take a value\.": N_("%(name)s takes no value."),
}
"""Our sentence for each message of typer that has no class of its own."""

VALUES = {
    "int_parsing": N_("%(name)s must be a whole number."),
    "greater_than_equal": N_("%(name)s must be %(ge)s or more."),
    "less_than_equal": N_("%(name)s must be %(le)s or less."),
}
"""Our sentence for each kind of pydantic's errors that a value on a command line can have."""

HEADINGS = {
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "REQUIRED_LONG_STRING": N_("[required]"),
    "DEFAULT_STRING": N_("[default: {}]"),
    "ENVVAR_STRING": N_("[variable: {}]"),
}
"""Our text for each constant that typer shows in its help."""


def sentence(error: UsageError) -> str:
    """What is wrong with the command line, and where its options are listed."""
    command = error.ctx.command_path if error.ctx else "minka"
    remedy = _("`%(command)s --help` shows what there is.", command=command)
    return f"{_wrong(error)} {remedy}"


def _wrong(error: UsageError) -> str:
    match error:
        case MissingParameter():
            return _("%(name)s is missing.", name=_name(error))
        case NoSuchOption():
            return _("There is no option %(name)s.", name=error.option_name)
        case BadParameter():
            return _wrong_value(error)
    for pattern, message in MESSAGES.items():
        if found := re.fullmatch(pattern, error.message, re.DOTALL):
            return _(message, **found.groupdict())
    return _("The command line is not valid.")


def _wrong_value(error: BadParameter) -> str:
    kind = error.param.type_descriptor.annotation if error.param else None
    if isinstance(kind, type) and issubclass(kind, Enum):
        choices = ", ".join(str(choice.value) for choice in kind)
        return _("%(name)s must be one of: %(choices)s.", name=_name(error), choices=choices)
    fault = _fault(error.__cause__)
    return _(VALUES.get(fault["type"], N_("%(name)s has no valid value.")), name=_name(error), **fault.get("ctx", {}))


def _fault(cause: BaseException | None) -> Mapping[str, Any]:
    faults: list[Any] = cause.errors() if isinstance(cause, ValidationError) else []
    return faults[0] if faults else {"type": ""}


def _name(error: BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint)
    return error.param.opts[0] if error.param.param_type_name == "option" else str(error.param.name)


def translate_help(command: Any) -> None:
    """Puts the help of a command, and of those below it, into the language of the environment."""
    for constant, text in HEADINGS.items():
        setattr(rich_utils, constant, _(text))
    _translate(command)


def _translate(command: Any) -> None:
    command.get_help_option(typer.Context(command)).help = _("Show this and end.")
    for described in (command, *command.params):
        if text := getattr(described, "help", None):
            described.help = _(text)
    shown = command.get_usage
    command.get_usage = lambda context: shown(context).replace("Usage:", _("Usage:"))
    command.options_metavar = _("[OPTIONS]")
    command.subcommand_metavar = _("COMMAND [ARGUMENTS]...")
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)
