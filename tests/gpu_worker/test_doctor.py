"""`manage.py doctor`: with the product and without, on a fake GPU and on this machine."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import DEMO, ROOT
from tests.gpu_worker.http_server import SmallServer, serving
from tests.machine.fake_gpu import fake_driver, on_fake_gpu
from webapp.experts.models import Expert, Pool

TINY = str(DEMO / "experts" / "tiny-01")


def doctor(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """As it is called in a terminal where nothing of the product runs."""
    env = {**os.environ, "SKILLMOE_DATA": str(ROOT / "build" / "no-data"), **environment}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, "manage.py", "doctor", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)


def test_without_the_product_it_says_what_the_machine_is() -> None:
    done = doctor()
    assert done.returncode == 0, done.stderr
    assert "This machine" in done.stdout and "vLLM 0.32.0 for CPUs" in done.stdout
    assert "ok       memory:" in done.stdout
    assert "What fits on other GPUs" in done.stdout
    assert "What fits: pool" not in done.stdout


def test_on_a_machine_with_a_gpu(tmp_path: Path) -> None:
    env = on_fake_gpu(fake_driver(tmp_path))
    done = doctor(TINY, **{name: env[name] for name in ("LD_LIBRARY_PATH", "FAKE_GPU")})
    assert "NVIDIA H100 80GB HBM3: 79.6 GB, 512 MB in use by" in done.stdout
    assert "compute capability 9.0, driver 580.65.06" in done.stdout
    assert f"{TINY}  0.3 MB" in done.stdout


def test_a_model_that_nobody_knows_is_named() -> None:
    done = doctor("somebody/something")
    assert done.returncode == 1
    assert "somebody/something: neither a folder with a checkpoint nor known" in done.stderr


@pytest.mark.django_db
def test_pools_of_the_product_are_told_of(pool: Pool) -> None:
    call_command("doctor", stdout=(said := StringIO()))
    assert f"What fits: pool {pool} on this machine's CPU" in said.getvalue()
    assert "tiny-01" in said.getvalue()
    assert "fits; computes in " in said.getvalue()


@pytest.mark.django_db
def test_endpoints_are_asked() -> None:
    with serving(SmallServer()) as server:
        for name, model in (("near", "small"), ("odd", "big")):
            Expert.objects.create(name=name, engine="openai", source=model, endpoint=server.address)
        call_command("doctor", TINY, stdout=(said := StringIO()))
    assert f"ok       near answers at {server.address}" in said.getvalue()
    assert "has no model 'big': it has other, small" in said.getvalue()


@pytest.mark.django_db
def test_an_expert_is_loaded_and_measured(pool: Pool) -> None:
    call_command("doctor", "--gpu", "tiny-01", stdout=(said := StringIO()), stderr=StringIO())
    found = json.loads(said.getvalue())
    assert found["checkpoint"]["source"] == pool.experts.get(name="tiny-01").source
    assert found["problem"] == "" and found["tokens_per_second"] > 0


@pytest.mark.django_db
def test_nothing_of_an_endpoint_is_loaded() -> None:
    Expert.objects.create(name="far", engine="openai", source="m", endpoint="http://x/v1")
    with pytest.raises(CommandError, match="far is an endpoint"):
        call_command("doctor", "--gpu", "far")
