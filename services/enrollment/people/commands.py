"""What can be asked about people."""

from typing import Annotated

from pydantic import StringConstraints

from chassis.web.inputs import Input


class Search(Input):
    """Beginnings of names, or a document's number. Sent as a body, because addresses are kept in logs."""

    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=120)]
