"""QR codes of links, ready for print: a fourth of the code may be dirty or torn, and it is read still."""

from io import BytesIO

import segno

MODULE_MILLIMETRES = 1
"""A code of 33 modules with its quiet zone is 41 mm wide: readable at arm's length."""

DOTS_PER_INCH = 600
MODULE_DOTS = 24


def svg(address: str) -> bytes:
    """Scalable, in millimetres, with a white ground so that it is readable on any paper."""
    return _saved(address, kind="svg", scale=MODULE_MILLIMETRES, unit="mm", light="white", svgclass=None, lineclass=None)


def png(address: str) -> bytes:
    """At 600 dots per inch, about as large as the SVG."""
    return _saved(address, kind="png", scale=MODULE_DOTS, dpi=DOTS_PER_INCH)


def _saved(address: str, **how: object) -> bytes:
    picture = BytesIO()
    segno.make(address, error="q", micro=False).save(picture, border=4, **how)
    return picture.getvalue()
