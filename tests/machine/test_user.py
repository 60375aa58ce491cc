"""A user without a name or without a home."""

import getpass
import os
import pwd
from pathlib import Path

import pytest

from webapp.machine import user


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other user's name is looked up here, so it is enough to have a number without one."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    number = next(uid for uid in range(54321, 65000) if uid not in taken)
    monkeypatch.setattr(os, "geteuid", lambda: number)
    monkeypatch.setattr(os, "getuid", lambda: number)


def test_most_users_need_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user.made_up(tmp_path / "home") == {}
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("nameless")
def test_a_name_is_made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises((KeyError, OSError)):
        getpass.getuser()
    for name, value in user.made_up(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    assert getpass.getuser() == "skillmoe"


@pytest.mark.usefixtures("nameless")
@pytest.mark.parametrize("home", ["/dev/null", "/nowhere", None])
def test_a_home_that_is_of_no_use_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    monkeypatch.delenv("HOME") if home is None else monkeypatch.setenv("HOME", home)
    ours = tmp_path / "data" / "home"
    assert user.made_up(ours)["HOME"] == str(ours)
    assert ours.stat().st_mode & 0o777 == 0o700
