"""QR codes of addresses for print. A quarter of a code may be dirty or torn, and it can still be read."""

from io import BytesIO

import segno

MODULE_MILLIMETRES = 1
"""A code of 33 modules with its quiet zone is 41 mm wide: readable at arm's length."""

DOTS_PER_INCH = 600
MODULE_DOTS = 24

QUIET_MODULES = 4
"""Empty modules around the code, which scanners need."""


def svg(address: str) -> bytes:
    """The code as SVG, in millimetres, on white so that it is readable on any paper."""
    picture = BytesIO()
    _code(address).save(picture, kind="svg", border=QUIET_MODULES, scale=MODULE_MILLIMETRES, unit="mm", light="white")
    return picture.getvalue()


def png(address: str) -> bytes:
    """The code as PNG, at 600 dots per inch, about as large as the SVG."""
    picture = BytesIO()
    _code(address).save(picture, kind="png", border=QUIET_MODULES, scale=MODULE_DOTS, dpi=DOTS_PER_INCH)
    return picture.getvalue()


def data_address(text: str) -> str:
    """The code of a text as an address that a page can show without another request."""
    return _code(text).svg_data_uri(border=QUIET_MODULES, light="white")


def _code(address: str) -> segno.QRCode:
    return segno.make_qr(address, error="q")
