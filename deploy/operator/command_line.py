"""Runs a command line. Every error is one sentence on standard error, and every end has an exit status of the table."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfoNotFoundError

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer.main import get_command

from chassis.failures import INTERRUPTED
from chassis.runtime.garbage_collection import keep_what_is_loaded
from chassis.web import locale
from chassis.web.texts import N_, _
from deploy.operator import usage
from deploy.operator.errors import MissingVariable, NothingToDo, OperatorError
from deploy.operator.output import printable, show_json

DONE, NOT_WELL, USAGE, NOT_DONE, FAULT = 0, 1, 2, 3, 70
NOBODY_READS = 128 + signal.SIGPIPE

EXIT_STATUSES = {
    DONE: N_("Done, or all is well."),
    NOT_WELL: N_("The answer says that something is not well: not ready, a problem, a difference, a failed import."),
    USAGE: N_("The command line is not valid."),
    NOT_DONE: N_("It could not be done; the sentence says why, and what to do."),
    FAULT: N_("A fault of Minka; the sentence says where in its code."),
    INTERRUPTED: N_("Interrupted by Ctrl-C."),
    NOBODY_READS: N_("The program that read the output ended first."),
}
"""What each exit status means."""


class _Failed(Exception):
    """The sentence and the exit status with which a command ends."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def translated_command(application: typer.Typer) -> Any:
    """The commands with their help in the language of the environment."""
    command = get_command(application)
    usage.translate_help(command)
    return command


def run(application: typer.Typer, name: str = "minka", *, unset: Callable[[], str] = str) -> NoReturn:
    """Runs the command line and exits. `unset` gives what may be the reason where a variable is not set."""
    keep_what_is_loaded()
    try:
        status = _answered(application, name, unset)
        sys.stdout.flush()
    except _Failed as failed:
        status = _tell(failed)
    except BrokenPipeError:
        status = NOBODY_READS
    except SystemExit as ended:
        status = _status_of(ended)
    except Exception as error:  # whatever it is, a person at a terminal gets a sentence
        status = _tell(_Failed(_fault(error), FAULT))
    if status == NOBODY_READS:
        _write_nowhere()
    sys.exit(status)


def _answered(application: typer.Typer, name: str, unset: Callable[[], str]) -> int:
    """The exit status of a command that answered. Raises `_Failed`."""
    try:
        _use_language()
        return _invoke(translated_command(application), name, sys.argv[1:])
    except NothingToDo as notice:
        typer.echo(notice)
        return DONE
    except NoArgsIsHelpError as help_page:
        help_page.show()
        return USAGE
    except UsageError as error:
        raise _Failed(usage.sentence(error), USAGE) from None
    except MissingVariable as error:
        raise _Failed(f"{error} {unset()}".strip(), NOT_DONE) from None
    except OperatorError as error:
        raise _Failed(str(error), NOT_DONE) from None
    except KeyboardInterrupt:
        raise _Failed(_("Interrupted. The same command can be run again."), INTERRUPTED) from None


def _invoke(command: Any, name: str, arguments: Sequence[str]) -> int:
    try:
        with command.make_context(name, list(arguments)) as context:
            command.invoke(context)
    except typer.Exit as ended:
        return ended.exit_code
    return DONE


def _use_language() -> None:
    """Raises `OperatorError` where the environment names a time zone that there is not."""
    try:
        locale.use(locale.of_environment(os.environ))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        locale.use(locale.of_environment({**os.environ, "MINKA_TIME_ZONE": "UTC"}))
        raise OperatorError(_("MINKA_TIME_ZONE is no time zone; write one such as America/Lima.")) from None


def _status_of(ended: SystemExit) -> Any:
    """The status with which code ended the process. Rich ends it so where it writes to a closed pipe."""
    return NOBODY_READS if isinstance(ended.__context__, BrokenPipeError) else ended.code


def _fault(error: Exception) -> str:
    """The place in the code; the text of the error could quote what nobody should read."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return _("A fault of Minka: %(kind)s at %(place)s. Report this line.", kind=type(error).__name__, place=place)


def _tell(failed: _Failed) -> int:
    """Prints the sentence and, where JSON was asked for, the same for programs. Returns the exit status."""
    typer.echo(printable(failed), err=True)
    if "--json" in sys.argv[1:]:
        try:
            show_json({"error": {"exit_status": failed.status, "message": str(failed)}})
            sys.stdout.flush()
        except BrokenPipeError:
            return NOBODY_READS
    return failed.status


def _write_nowhere() -> None:
    """Otherwise Python would write to the closed pipe once more when it ends, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
