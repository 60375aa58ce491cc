"""What is refused where the product is offered to others."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.conftest import ROOT
from webapp.config.checks import refused

KEY = "".join(chr(33 + n) for n in range(60))


@pytest.fixture
def offered(settings: Settings, tmp_path: Path) -> Settings:
    """As it should be."""
    settings.HOSTNAME, settings.DEBUG, settings.SECRET_KEY = "moe.example.org", False, KEY
    settings.DATA_DIR, settings.PROXIES = tmp_path, ""
    return settings


def test_on_this_machine_alone_nothing_is_refused(offered: Settings) -> None:
    offered.HOSTNAME, offered.DEBUG, offered.SECRET_KEY = "", True, "short"
    assert refused() == []


def test_what_is_safe_is_not_refused(offered: Settings) -> None:
    assert refused() == []


@pytest.mark.parametrize("name", ["moe", "moe.example.org:8443", "MOE.example.org:65535"])
def test_a_name_may_have_a_port(offered: Settings, name: str) -> None:
    offered.HOSTNAME = name
    assert refused() == []


@pytest.mark.parametrize(
    "name",
    [
        *("*", ".example.org", "https://moe.example.org", "a.b c.d", "-a", "moe.example.org:"),
        *("moe.example.org:443", "moe.example.org:65536", "moe.example.org:0", "a:b", "a:1:2"),
    ],
)
def test_a_name_is_one_name(offered: Settings, name: str) -> None:
    offered.HOSTNAME = name
    (said,) = refused()
    assert "give one name" in said and name in said


def test_a_proxy_needs_a_name(offered: Settings) -> None:
    offered.HOSTNAME, offered.PROXIES = "", "10.0.0.1"
    (said,) = refused()
    assert said.endswith("set SKILLMOE_HOSTNAME.")


@pytest.mark.parametrize("key", ["short", "x" * 60, f"django-insecure-{KEY}"])
def test_a_key_that_others_guess(offered: Settings, key: str) -> None:
    offered.SECRET_KEY, offered.DEBUG = key, True
    assert {said.split()[0] for said in refused()} == {"SKILLMOE_SECRET_KEY", "SKILLMOE_DEBUG"}


def test_what_others_may_read(offered: Settings, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "secret-key").touch(0o600)
    (tmp_path / "uploads").mkdir(0o700)
    assert refused() == []
    (tmp_path / "uploads").chmod(0o755)
    (said,) = refused()
    assert said == (
        f"Others on this machine may read {tmp_path / 'uploads'}: close it with"
        f" `chmod go= {tmp_path / 'uploads'}`."
    )
    subprocess.run(said.partition("`")[2].rstrip("`."), shell=True, check=True)
    assert refused() == [] and stat.S_IMODE((tmp_path / "uploads").stat().st_mode) == 0o700
    (tmp_path / "uploads").chmod(0o755)
    tmp_path.chmod(0o700)
    assert refused() == [], "nobody else gets that far"


@pytest.mark.parametrize(
    "command", [["manage.py", "serve"], ["-c", "import webapp.config.asgi"], ["manage.py", "demo"]]
)
def test_it_does_not_start(command: list[str], tmp_path: Path) -> None:
    given = {**os.environ, "SKILLMOE_HOSTNAME": "*", "SKILLMOE_SECRET_KEY": "short"}
    given |= {"SKILLMOE_DATA": str(tmp_path), "SERVE": "0"}
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=given, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "SKILLMOE_HOSTNAME is '*'" in done.stderr and "SKILLMOE_SECRET_KEY is" in done.stderr
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize("proxies", ["*", "1", "10.0.0.1,proxy.example.org", "10.0.0.1/8"])
def test_a_proxy_is_an_address(offered: Settings, proxies: str) -> None:
    offered.PROXIES = proxies
    (said,) = refused()
    assert "give addresses of proxies" in said
    offered.PROXIES = "127.0.0.1, 10.0.0.0/8,::1"
    assert refused() == []
