"""The database that sessions of tests begin with is never an old or a broken one."""

from pathlib import Path

import pytest

from tests import migrated
from webapp.processes.folder import DataFolder


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where such databases were made; here they hold next to nothing."""
    made: list[Path] = []

    def make(kept: Path) -> None:
        made.append(kept)
        (tmp_path / "postgres").mkdir(exist_ok=True)
        (tmp_path / "postgres-password").write_text(f"password {len(made)}")
        migrated.pack(tmp_path, kept)

    monkeypatch.setattr(migrated, "make", make)
    return made


def begun(kept: Path, data: Path) -> str:
    assert migrated.begin_migrated(DataFolder(data), kept)
    assert (data / "postgres").is_dir()
    return (data / "postgres-password").read_text()


def test_it_is_made_once(tmp_path: Path, made: list[Path]) -> None:
    kept = tmp_path / "kept"
    assert begun(kept, tmp_path / "1") == begun(kept, tmp_path / "2") == "password 1"
    assert made == [kept]


@pytest.mark.parametrize("left", [0, 100, -1])
def test_a_broken_one_is_made_again(tmp_path: Path, made: list[Path], left: int) -> None:
    kept = tmp_path / "kept"
    begun(kept, tmp_path / "1")
    (packed,) = kept.glob("*.tar.gz")
    packed.write_bytes(packed.read_bytes()[:left])
    assert begun(kept, tmp_path / "2") == begun(kept, tmp_path / "3") == "password 2"


def test_another_migration_is_another_one(
    tmp_path: Path, made: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, migrations = tmp_path / "kept", tmp_path / "webapp" / "runs" / "migrations"
    migrations.mkdir(parents=True)
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    for number in range(migrated.MOST_KEPT + 3):
        (migrations / f"{number:04}_more.py").touch()
        assert begun(kept, tmp_path / f"data {number}") == f"password {number + 1}"
    assert len(list(kept.glob("*.tar.gz"))) == migrated.MOST_KEPT


def test_a_folder_that_cannot_be_written_to_keeps_none(tmp_path: Path, made: list[Path]) -> None:
    (tmp_path / "build").touch()
    assert not migrated.begin_migrated(DataFolder(tmp_path / "data"), tmp_path / "build" / "kept")
    assert not (tmp_path / "data" / "postgres").exists()
