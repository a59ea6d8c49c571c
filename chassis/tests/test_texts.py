"""Texts are found in code and templates, and filled in when they are shown."""

from pathlib import Path

from chassis.web import translate
from chassis.web.texts import _, known, ngettext


def test_unmarked_words_are_seen(tmp_path: Path) -> None:
    template = tmp_path / "page.html"
    template.write_text('<p title="Hello">{{ _("Marked") }} here</p>{% trans %}too{% endtrans %}<img alt="{{ name }}">')
    assert translate.unmarked(template) == ["Hello", "here"]


def test_texts_are_filled_in() -> None:
    assert _("Write at least %(min_length)d characters.", min_length=3) == "Escriba al menos 3 caracteres."
    assert ngettext("There is a mistake", "There are %(num)d mistakes", 2) == "Hay 2 errores"
    assert not known("Nobody has translated this.")
