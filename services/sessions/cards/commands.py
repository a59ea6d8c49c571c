"""What is sent at the door."""

from chassis.web.inputs import Input
from services.sessions.fields import Line


class ScanCard(Input):
    """The content of a card's QR code, or the last characters under it."""

    card: Line
