"""A cluster outside its home lives as long as the home has a link to it."""

import shutil
from pathlib import Path

import pytest

from deploy.trial.data_folders import data_folder, new_data_folder, remove_data


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINKA_POSTGRES_DATA", str(tmp_path / "elsewhere"))
    return tmp_path / "elsewhere"


def a_home(tmp_path: Path, name: str) -> Path:
    """A trial's home with a cluster in which something stands."""
    home = tmp_path / name
    home.mkdir()
    (new_data_folder(home) / "PG_VERSION").write_text("18")
    return home


def test_the_home_has_a_link_to_its_cluster(tmp_path: Path, elsewhere: Path) -> None:
    folder = data_folder(a_home(tmp_path, "one"))
    assert folder.parent == elsewhere
    assert (folder / "PG_VERSION").exists()


def test_removed_data_leaves_nothing(tmp_path: Path, elsewhere: Path) -> None:
    home = a_home(tmp_path, "one")
    remove_data(home)
    assert list(elsewhere.iterdir()) == list(home.iterdir()) == []


def test_a_new_cluster_deletes_those_whose_home_is_gone(tmp_path: Path, elsewhere: Path) -> None:
    shutil.rmtree(a_home(tmp_path, "gone"))
    kept, new = a_home(tmp_path, "kept"), a_home(tmp_path, "new")
    assert {folder for folder in elsewhere.iterdir() if folder.is_dir()} == {data_folder(kept), data_folder(new)}
    assert len(list(elsewhere.iterdir())) == 4, "each has a note of its home"


def test_what_has_no_note_is_left_alone(tmp_path: Path, elsewhere: Path) -> None:
    (elsewhere / "data-of-somebody").mkdir(parents=True)
    a_home(tmp_path, "one")
    assert (elsewhere / "data-of-somebody").exists()
