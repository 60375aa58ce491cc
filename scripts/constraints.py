"""Resolve pyproject.toml into the pin lists: constraints/cpu.txt, cuda.txt and real.txt.

Run by `make constraints` after a change of pyproject.toml's dependencies. Each list is for every
Python that is supported: a pin that is not for all of them says for which it is. The lists name
packages and versions only: where to download from is the business of each machine's settings.
real.txt is what the tests' real LLM needs beside either of the others.
"""

import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from packages import PYTHON, pip_settings, uv_environment
from setup import SUPPORTED
from setup_steps import ROOT, VENV, StepFailed, run

PINS = ROOT / "constraints"
REAL = PINS / "real.txt"
PYTHONS = [f"{major}.{minor}" for major, minor in SUPPORTED]
HEADER = (
    "# Resolved by `make constraints` for Linux on x86-64, Python {first} to {last}. What was\n"
    "# installed where: docs/operations.md, \"On which machines\".\n"
)  # fmt: skip


def resolved(
    name: str, extras: tuple[str, ...], python: str, options: list[str], env: dict[str, str]
) -> list[str]:
    """The pins for one Python; keeps the present ones where they still fit."""
    with tempfile.TemporaryDirectory() as folder:
        pins = Path(folder) / "pins.txt"
        pins.write_text("".join(p.read_text() for p in (PINS / f"{name}.txt", REAL) if p.exists()))
        command: list[str | Path] = [VENV / "bin" / "uv", "pip", "compile", "--no-config"]
        command += ["--quiet", "--no-annotate", "--no-header", f"--python-version={python}"]
        command += ["--python-platform=x86_64-manylinux_2_34"]
        command += [f"--extra={part}" for part in (*extras, "embedded", "dev")]
        command += ["--excludes", PINS / f"excluded-{name}.txt", *options]
        command += ["--output-file", pins, ROOT / "pyproject.toml"]
        run(command, f"uv could not resolve pyproject.toml for Python {python}.", env)
        return [line for line in pins.read_text().splitlines() if "==" in line]


def cpu_pins(python: str, env: dict[str, str], *more: str) -> list[str]:
    """PyTorch's CPU build is known from the installed one, else from PyTorch's index."""
    with tempfile.TemporaryDirectory() as folder:
        describe_torch(Path(folder))
        try:
            return resolved("cpu", ("cpu", *more), python, ["--find-links", folder], env)
        except StepFailed:
            return resolved("cpu", ("cpu", *more), python, ["--torch-backend=cpu"], env)


def describe_torch(folder: Path) -> None:
    """Put the installed CPU build's description, if there is one, into a wheel without any code.

    It serves every Python: what a version of PyTorch requires does not depend on the Python that
    it was built for, and builds for the others need not be within reach.
    """
    for described in VENV.glob("lib/python*/site-packages/torch-*+cpu.dist-info"):
        version = described.name.removeprefix("torch-").removesuffix(".dist-info")
        with zipfile.ZipFile(folder / f"torch-{version}-py3-none-any.whl", "w") as wheel:
            wheel.write(described / "METADATA", f"{described.name}/METADATA")


def cuda_pins(python: str, env: dict[str, str]) -> list[str]:
    """PyPI's build of PyTorch is the one for CUDA."""
    return resolved("cuda", ("gpu",), python, [], env)


def real_pins(python: str, env: dict[str, str]) -> list[str]:
    """What the extra `real` adds to the others' packages, whose pins it leaves as they are."""
    there = set(cpu_pins(python, env))
    return [pin for pin in cpu_pins(python, env, "real") if pin not in there]


def name_and_version(pin: str) -> list[str]:
    """As pin lists are sorted."""
    return pin.split("==")


def merged(pins: dict[str, list[str]]) -> list[str]:
    """One list of the pins for each Python; what is not for all of them says for which it is."""
    lines = []
    for pin in sorted({pin for some in pins.values() for pin in some}, key=name_and_version):
        pythons = [python for python, some in pins.items() if pin in some]
        condition = " or ".join(f"python_version == '{python}'" for python in pythons)
        lines.append(pin if len(pythons) == len(pins) else f"{pin} ; {condition}")
    return lines


def main() -> int:
    """Resolve all lists; the exit code is 1 when one failed."""
    header = HEADER.format(first=PYTHONS[0], last=PYTHONS[-1])
    try:
        listing = run([PYTHON, "-m", "pip", "config", "list"], "Run `make setup` first.").stdout
        # The index alone: what else pip's settings offer may be builds for one Python.
        env = uv_environment(pip_settings(listing))
        env |= {"UV_FIND_LINKS": "", "UV_EXTRA_INDEX_URL": ""}
        for name, pins_for in (("cpu", cpu_pins), ("cuda", cuda_pins), ("real", real_pins)):
            lines = merged({python: pins_for(python, env) for python in PYTHONS})
            (PINS / f"{name}.txt").write_text(header + "\n".join(lines) + "\n")
    except StepFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
