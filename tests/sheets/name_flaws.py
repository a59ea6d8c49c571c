"""What goes wrong with the names of single rows."""

from collections.abc import Callable
from html import escape

from tests.sheets.document_flaws import Flaw
from tests.sheets.grids import Cell, Mistake
from tests.sheets.shown import Shown
from tests.sheets.styles import Style

NAMES = ("given", "family", "paternal", "maternal", "names")


def _given(wrong: Callable[[str], Cell]) -> Flaw:
    """A flaw of the given names, for which no clerk accepts the row."""

    def apply(style: Style, row: Shown) -> bool:
        if style.names not in ("two columns", "three columns"):
            return False
        row.cells["given"] = wrong(row.given)
        row.refuse("names")
        return True

    return apply


def _every_name(change: Callable[[str], str], verdict: str) -> Flaw:
    """A flaw of all the cells with a family name."""

    def apply(style: Style, row: Shown) -> bool:
        before = {key: str(row.cells[key]) for key in NAMES if key != "given"}
        after = {key: change(text) for key, text in before.items()}
        if before["paternal"] == after["paternal"]:
            return False
        row.cells |= after
        if verdict == "refuse":
            row.refuse("names")
        elif verdict == "open":
            row.doubt("names")
        return True

    return apply


def _garbled(written: str, taken_for: str) -> Flaw:
    """A flaw of a text that was written in one encoding, and taken for another in which it has other letters."""

    def change(name: str) -> str:
        garbled = name.encode(written, "replace").decode(taken_for, "replace")
        return garbled if _is_noticed(garbled) else name

    return _every_name(change, "open")


def _is_noticed(name: str) -> bool:
    """Tells whether a reader sees that a name is garbled: by a sign, a capital within a word, or a rare letter."""
    words = name.split()
    cased = all(word.isupper() or word.istitle() for word in words)
    return not all(map(str.isalpha, words)) or not cased or bool(set(name.casefold()) & set("ðýßþ"))


def _as_entities(name: str) -> str:
    return "".join(f"&#{ord(one)};" if ord(one) > 126 else escape(one) for one in name)


_ERRORS = ("#N/A", "#REF!", "#¡REF!", "#¿NOMBRE?", "Err:508", "#VALUE!", "NaN", "null", "#DIV/0!")


def _error(style: Style, row: Shown) -> bool:
    """Writes an error value; what is no error of the program is a text."""
    text = _ERRORS[(len(row.paternal) + len(row.given)) % len(_ERRORS)]
    is_text = style.file == "csv" or not text.startswith("#") or "¡" in text or "¿" in text
    return _given(lambda _: text if is_text else Mistake(text))(style, row)


def _titled(style: Style, row: Shown) -> bool:
    """Writes a title before the given names."""
    if style.names not in ("two columns", "three columns"):
        return False
    title = ("Sr. ", "Lic. ", "ING. ", "Sra ")[len(row.given) % 4]
    row.cells["given"] = f"{title}{row.given}"
    return True


def _without_second(style: Style, row: Shown) -> bool:
    """Writes that somebody has no second family name."""
    if style.names != "three columns":
        return False
    row.cells["maternal"] = ("NO TIENE", "X", "(no tiene)", "N.N.", "---")[len(row.given) % 5]
    row.expected["family_names"] = {row.paternal.casefold()}
    return True


NAME_FLAWS: dict[str, Flaw] = {
    "names missing": _given(lambda _: ""),
    "error value as name": _error,
    "a role behind the name": _given(lambda name: f"{name} - tesorero"),
    "a title before the name": _titled,
    "no second family name": _without_second,
    "digit in a name": _given(lambda name: f"{name[:2]}1{name[3:]}"),
    "question mark in a name": _every_name(lambda name: f"{name[:2]}?{name[3:]}", "refuse"),
    "lost letters": _every_name(lambda name: f"{name[:2]}\ufffd{name[3:]}", "refuse"),
    "UTF-8 taken for Windows-1252": _garbled("utf-8", "latin-1"),
    "Mac Roman taken for Windows-1252": _garbled("mac-roman", "cp1252"),
    "code page 850 taken for Windows-1252": _garbled("cp850", "cp1252"),
    "Windows-1252 taken for code page 850": _garbled("cp1252", "cp850"),
    "letters as entities": _every_name(_as_entities, "open"),
    "double spaces": _every_name(lambda name: f" {name.replace(' ', '   ')}  ", "accept"),
    "hard spaces": _every_name(lambda name: f"{name.replace(' ', chr(160))}{chr(160)}", "accept"),
}
