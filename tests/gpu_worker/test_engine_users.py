"""Whom engines become and what they are told: the rules, and a real engine as its own user."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from gpu_worker import engine_users
from gpu_worker.engine_environment import kept, without_secrets
from gpu_worker.engine_users import engine_user, whose_engines
from moe_core.engine import Checkpoint
from tests.conftest import ROOT
from tests.gpu_worker.engines import demo_checkpoint
from webapp.processes.folder import alive

# Python may lie in root's home, which is closed to others: then as if it lay elsewhere.
OPEN_HOME = """
set -e
mkdir "$1/python"
mount --bind "$2" "$1/python"
mount -t tmpfs -o mode=755 none "$HOME"
mkdir -p "$2"
mount --bind "$1/python" "$2"
shift 2
exec "$@"
"""
ONE_ENGINE = """
import json, os, signal
import django
django.setup()
from pathlib import Path
from gpu_worker.engine_users import whose_engines
from gpu_worker.vllm_engine import VllmEngine
from tests.gpu_worker.engines import demo_checkpoint, prompts, write_all
engine = VllmEngine()
engine.load(demo_checkpoint())
pid = engine._loaded.pid
said = {"pid": pid, "why": whose_engines().why}
said["status"] = Path(f"/proc/{pid}/status").read_text()
said["environ"] = Path(f"/proc/{pid}/environ").read_bytes().decode()
said["text"] = write_all(engine, prompts(["What is 12 + 30?"], max_tokens=60))[0].text
print(json.dumps(said), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    whose_engines.cache_clear()
    yield
    whose_engines.cache_clear()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Which anybody may enter, as pytest's own may not be."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def test_what_is_kept_of_an_environment() -> None:
    secrets = {
        *("DATABASE_URL", "REDIS_URL", "SKILLMOE_SECRET_KEY", "SKILLMOE_SMTP_PASSWORD"),
        *("OPENAI_API_KEY", "VLLM_API_KEY", "AWS_SECRET_ACCESS_KEY", "PGPASSWORD", "MY_ENDPOINT"),
    }
    useful = {"PATH", "CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "HF_HOME", "HF_TOKEN", "LC_ALL"}
    assert kept(dict.fromkeys(secrets | useful, "x")).keys() == useful
    more = {"SKILLMOE_ENGINE_VARIABLES": "MY_DRIVER,MY_CARD", "MY_DRIVER": "x", "MY_OTHER": "x"}
    assert kept(more).keys() == {"MY_DRIVER"}


def test_the_environment_is_whole_again_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://")
    before = dict(os.environ)
    with pytest.raises(RuntimeError), without_secrets():
        assert "DATABASE_URL" not in os.environ
        raise RuntimeError
    assert dict(os.environ) == before


@as_root
def test_where_the_user_cannot_do_the_work_engines_stay_as_they_are(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    settings.DATA_DIR = tmp_path / "data"
    found = whose_engines()
    assert found.user is None and "a user of their own cannot do the work" in found.why
    assert engine_user(demo_checkpoint()) is None
    whose_engines.cache_clear()
    monkeypatch.setenv("SKILLMOE_ENGINE_USER", "root")
    assert whose_engines().why == "SKILLMOE_ENGINE_USER says so"


@as_root
def test_a_checkpoint_that_the_user_may_not_read_is_loaded_by_root(
    settings: Settings, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = open_folder
    monkeypatch.setattr(engine_users, "PROBE", "")
    monkeypatch.setattr(sys, "executable", shutil.which("python3", path="/usr/bin") or "")
    if not sys.executable:
        pytest.skip("the system has no Python of its own, that anybody may run")
    checkpoint = open_folder / "checkpoint"
    checkpoint.mkdir()
    (checkpoint / "config.json").write_text("{}")
    wanted = Checkpoint(str(checkpoint))
    assert engine_user(wanted) == whose_engines().user
    (checkpoint / "config.json").chmod(0o600)
    assert engine_user(wanted) is None


@pytest.mark.faults
@as_root
def test_a_real_engine_is_a_user_of_its_own_and_ends_with_its_parent(open_folder: Path) -> None:
    data = open_folder / "data"
    data.mkdir()
    command = [sys.executable, "-c", ONE_ENGINE]
    home, python = Path.home(), Path(sys.base_prefix)
    if python.is_relative_to(home):
        top = home / python.relative_to(home).parts[0]
        wrapped = ["unshare", "--mount", "sh", "-c", OPEN_HOME, "sh", str(open_folder), str(top)]
        command = [*wrapped, *command]
    environment = {**os.environ, "SKILLMOE_DATA": str(data), "HOME": str(home)}
    environment["DJANGO_SETTINGS_MODULE"] = "webapp.config.settings"
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == -signal.SIGKILL, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["why"] == ""
    status = dict(line.split(":\t", 1) for line in said["status"].splitlines() if ":\t" in line)
    assert status["Uid"].split() == ["61000"] * 4 and status["Groups"].strip() == ""
    assert status["CapEff"].strip("0") == "" and status["NoNewPrivs"] == "1"
    assert "DATABASE_URL" not in said["environ"] and "REDIS_URL" not in said["environ"]
    assert "boxed" in said["text"]
    assert not alive(said["pid"]), "a change of user forgets whose end is its own"
    written = {path.owner() if path.stat().st_uid < 61000 else "" for path in data.glob("engine/*")}
    assert written == {""}, "its folders are its own"
