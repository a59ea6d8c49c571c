"""The command line of a service, in the language of its environment: argparse itself has English only."""

import argparse
import re
from typing import Any, NoReturn

from chassis.web.texts import N_, _

USAGE = 2
"""The exit status for a command line that is not valid."""

MESSAGES = {
    r"argument command: invalid choice: '(?P<name>[^']*)'.*": N_("There is no command %(name)s."),
    r"the following arguments are required: (?P<name>.*)": N_("%(name)s is missing."),
    r"unrecognized arguments: (?P<name>.*)": N_("%(name)s is not known here."),
    r"argument (?P<name>[^:]*): invalid int value: .*": N_("%(name)s must be a whole number."),
    r"argument (?P<name>[^:]*): expected one argument": N_("%(name)s needs a value."),
    r"argument (?P<name>[^:]*): ignored explicit argument .*": N_("%(name)s takes no value."),
    r"argument (?P<name>[^:]*): not allowed with argument (?P<other>.*)": N_("%(name)s excludes %(other)s."),
}
"""Our sentence for each message of argparse."""

HEADINGS = {
    "usage:": N_("usage:"),
    "positional arguments:": N_("arguments:"),
    "options:": N_("options:"),
}
"""Our text for each heading of argparse's help."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the command line in one sentence, and its help in one language."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, add_help=False)
        self.add_argument("-h", "--help", action="help", help=_("Show this and end."))

    def error(self, message: str) -> NoReturn:
        remedy = _("`%(command)s --help` shows what there is.", command=self.prog)
        self.exit(USAGE, f"{_wrong(message)} {remedy}\n")

    def format_help(self) -> str:
        text = super().format_help()
        for heading, translated in HEADINGS.items():
            text = re.sub(rf"^{heading}", _(translated), text, flags=re.MULTILINE)
        return text


def _wrong(message: str) -> str:
    for pattern, sentence in MESSAGES.items():
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return _(sentence, **found.groupdict())
    return _("The command line is not valid.")
