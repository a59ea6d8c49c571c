"""Every text people see is in a catalogue, and every catalogue is whole."""

from pathlib import Path

import pytest

from chassis.web import translate
from chassis.web.texts import ROOT

PACKAGES = translate.packages()
TEMPLATES = sorted(
    path for package in PACKAGES for path in package.rglob("templates/*.html") if "tests" not in path.parts
)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.relative_to(ROOT)))
def test_every_text_has_its_spanish_and_no_translation_is_left_over(package: Path) -> None:
    in_code = {message.id for message in translate.texts_of(package) if message.id}
    catalogue = translate.read_catalogue(package)
    translated = {message.id for message in catalogue if message.id}
    assert translated == in_code, "run `python -m chassis.web.translate`"
    assert translate.untranslated(catalogue) == []
    assert [message.id for message in catalogue if message.fuzzy and message.id] == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: str(package.relative_to(ROOT)))
def test_translations_have_the_same_places_to_fill(package: Path) -> None:
    wrong = [(message.id, error) for message in translate.read_catalogue(package) for error in message.check()]
    assert wrong == []


def test_no_two_packages_translate_one_text_differently() -> None:
    seen: dict[object, object] = {}
    for package in PACKAGES:
        for message in translate.read_catalogue(package):
            if message.id:
                assert seen.setdefault(message.id, message.string) == message.string


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(ROOT)))
def test_no_template_shows_words_outside_the_catalogues(template: Path) -> None:
    assert translate.unmarked(template) == []
