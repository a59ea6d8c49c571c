"""The reference pages say what the code says."""

from deploy.trial.reference import pages


def test_no_reference_page_is_behind_the_code() -> None:
    behind = [path.name for path, text in pages().items() if not path.exists() or path.read_text() != text]

    assert behind == [], "run `python -m deploy.trial.reference generate`"
