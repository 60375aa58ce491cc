"""Resolve pyproject.toml into the two pin lists, constraints/cpu.txt and constraints/cuda.txt.

Run by `make constraints` after a change of pyproject.toml's dependencies. The lists name packages
and versions only: where to download from is the business of each machine's settings.

The CUDA list is resolved for Linux on x86-64 and has not been installed by its makers, who have
no machine with an NVIDIA GPU and a network.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from setup import PYTHON, pip_settings, uv_environment
from setup_steps import ROOT, VENV, StepFailed, run

UNTRIED = (
    "# Resolved by `make constraints` for Linux on x86-64, Python 3.11; not yet installed on a\n"
    "# machine with an NVIDIA GPU by those who made it.\n"
)


def compile_pins(name: str, extra: str, options: list[str], env: dict[str, str]) -> Path:
    """Write constraints/<name>.txt; keeps the present pins where they still fit."""
    folder = ROOT / "constraints"
    pins = folder / f"{name}.txt"
    command: list[str | Path] = [VENV / "bin" / "uv", "pip", "compile", "--no-config", "--quiet"]
    command += ["--no-annotate", "--no-header", "--python-version=3.11"]
    command += ["--python-platform=x86_64-manylinux_2_34"]
    command += [f"--extra={part}" for part in (extra, "embedded", "dev")]
    command += ["--excludes", folder / f"excluded-{name}.txt", *options]
    command += ["--output-file", pins, ROOT / "pyproject.toml"]
    run(command, "uv could not resolve pyproject.toml.", env)
    return pins


def compile_cpu(env: dict[str, str]) -> None:
    """PyTorch's CPU build comes from pip's settings, else from PyTorch's index, as in setup."""
    try:
        compile_pins("cpu", "cpu", [], env)
    except StepFailed:
        compile_pins("cpu", "cpu", ["--torch-backend=cpu"], env)


def compile_cuda(env: dict[str, str]) -> None:
    """Without the folders of pip's settings: a CPU build of torch in there would be taken."""
    index_only = {name: value for name, value in env.items() if name != "UV_FIND_LINKS"}
    pins = compile_pins("cuda", "gpu", [], {**index_only, "UV_FIND_LINKS": ""})
    text = pins.read_text()
    if "+cpu" in text:
        raise StepFailed(f"{pins.name} holds a CPU build: delete the file and try again.")
    pins.write_text(UNTRIED + text)


def main() -> int:
    """Resolve both lists; the exit code is 1 when one failed."""
    try:
        listing = run([PYTHON, "-m", "pip", "config", "list"], "Run `make setup` first.").stdout
        env = uv_environment(pip_settings(listing))
        compile_cpu(env)
        compile_cuda(env)
    except StepFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
