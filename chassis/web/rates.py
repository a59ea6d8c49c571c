"""How often somebody may call a route."""

from enum import Enum


class Rate(Enum):
    """Requests a window of so many seconds; an office at work stays far below."""

    USUAL = (900, 60)
    """What a member of staff does on pages and through the interface."""

    GUESSES = (120, 3600)
    """What could be tried one document or name after the other."""

    PUBLIC = (600, 60)
    """What everybody may read; an office, or a mobile network, can have one address."""

    VISITS = (1200, 60)
    """Links, which the phones of a whole plaza open at once."""

    SIGN_IN = (120, 60)
    """The steps of signing in, of everybody behind one address."""
