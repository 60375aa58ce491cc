"""Python packages in .venv: exactly the pinned ones, from wherever pip's settings say.

Standard library only, like `setup.py`, which takes them.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path

from setup_steps import VENV, StepFailed, run

PYTHON = VENV / "bin" / "python"
UV = "uv==0.13.9"
INSTALL_ADVICE = (
    "Check the network, the free disk space and pip's settings (`pip config list`: an "
    "index of your own must offer every package of the list), then run `make setup` again."
)


def pip_settings(listing: str) -> dict[str, str]:
    """What `pip config list` prints, as option → value.

    Later scopes win as they do in pip: [global], then [install], then the environment.
    """
    found: list[tuple[int, str, str]] = []
    for line in listing.splitlines():
        key, equals, value = line.partition("=")
        scope, _, option = key.rpartition(".")
        if equals and scope in {"global", "install", ":env:"}:
            rank = ["global", "install", ":env:"].index(scope)
            found.append((rank, option, str(ast.literal_eval(value))))
    return {option: value for _, option, value in sorted(found, key=lambda item: item[0])}


def uv_environment(pip: Mapping[str, str]) -> dict[str, str]:
    """uv's variables for pip's settings: uv does not read pip's configuration itself."""
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_EXTRA_INDEX_URL",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
        "trusted-host": "UV_INSECURE_HOST",
    }
    env = {names[option]: " ".join(pip[option].split()) for option in names if pip.get(option)}
    if "UV_FIND_LINKS" in env:  # the one list that uv separates by commas
        env["UV_FIND_LINKS"] = env["UV_FIND_LINKS"].replace(" ", ",")
    env |= {"UV_INDEX_STRATEGY": "unsafe-best-match", "VIRTUAL_ENV": str(VENV)}  # as pip does
    return {name: value for name, value in env.items() if name not in os.environ}


def install_pins(pins: Path, torch_backend: str | None = None, target: Path | None = None) -> None:
    """Install exactly the pinned packages; what is there already is left alone.

    uv takes seconds where pip takes minutes. PyTorch's CPU builds are found where pip's own
    configuration offers them, and else through uv's knowledge of PyTorch's index. With a `target`
    they go into that folder and not into .venv.
    """
    into: list[str | Path] = [] if target is None else ["--target", target]
    uv = VENV / "bin" / "uv"
    listing = run([PYTHON, "-m", "pip", "config", "list"], "pip does not work in .venv.").stdout
    try:
        run([PYTHON, "-m", "pip", "install", "--quiet", UV], "")
    except StepFailed:
        print(f"set-up: {UV} cannot be had here; pip does it, which takes minutes longer")
        install_with_pip(pins, into)
        return
    env = uv_environment(pip_settings(listing))
    command: list[str | Path] = [uv, "pip", "install", "--no-deps", "--no-config"]
    command += ["-r", pins, *into]
    try:
        run(command, INSTALL_ADVICE, env)
    except StepFailed as error:
        if torch_backend is None:
            raise
        try:
            run([*command, f"--torch-backend={torch_backend}"], INSTALL_ADVICE, env)
        except StepFailed as second:
            raise StepFailed(f"{error}\n\nAnd from PyTorch's index:\n{second}") from None


def replace_cpu_torch() -> None:
    """pip's settings may offer a build of torch for CPUs beside the other, which uv and pip then
    prefer: it has a higher version, 2.13.0+cpu."""
    ask: list[str | Path] = [
        PYTHON,
        "-c",
        "import importlib.metadata as m; print(m.version('torch'))",
    ]
    version, plus, _ = run(ask, INSTALL_ADVICE).stdout.strip().partition("+cpu")
    uv = VENV / "bin" / "uv"
    if plus and uv.exists():
        listing = run([PYTHON, "-m", "pip", "config", "list"], INSTALL_ADVICE).stdout
        env = uv_environment(pip_settings(listing)) | {
            "UV_FIND_LINKS": "",
            "UV_EXTRA_INDEX_URL": "",
        }
        command: list[str | Path] = [uv, "pip", "install", "--no-deps", "--no-config"]
        run([*command, "--reinstall-package=torch", f"torch=={version}"], INSTALL_ADVICE, env)
    if plus and "+cpu" in run(ask, INSTALL_ADVICE).stdout:
        raise StepFailed(
            "pip's settings offer a build of torch for CPUs, which was taken: leave it out of them "
            "(`pip config list`: find-links, extra-index-url), then run `make setup` again."
        )


def install_with_pip(pins: Path, into: list[str | Path]) -> None:
    """The slow way, which needs pip's configuration to offer PyTorch's CPU build."""
    run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "-r", pins, *into],
        f"{INSTALL_ADVICE} If it is torch that pip cannot find: add PyTorch's index of CPU "
        "builds to pip's settings (PIP_EXTRA_INDEX_URL).",
    )
