"""Steps of the set-up: commands out of sight, and what has been done already.

Standard library only, like `setup.py`, which takes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "setup-stamp.json"


class StepFailed(Exception):
    """A step of the set-up failed. Says what to do; the step's name is added by `main`."""


def run(
    command: list[str | Path], advice: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command out of sight. Raises StepFailed with the end of its output and the advice."""
    environment = {**os.environ, **(env or {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # without bytecode every start costs 12 s
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        raise StepFailed(f"{error}\n{advice}") from None
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-30:])
        words = " ".join(str(part) for part in command)
        raise StepFailed(f"{tail}\n$ {words}\nended with exit code {done.returncode}.\n{advice}")
    return done


def digest(*parts: str | Path) -> str:
    """A fingerprint of texts and of files' contents."""
    content = [part.read_bytes() if isinstance(part, Path) else part.encode() for part in parts]
    return hashlib.sha256(b"\0".join(content)).hexdigest()


def read_stamp(stamp: Path) -> dict[str, str]:
    """Step → fingerprint of the inputs with which it last succeeded."""
    try:
        done: dict[str, str] = json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}
    return done


def once(step: str, inputs: str, action: Callable[[], None], stamp: Path = STAMP) -> bool:
    """Run the action unless it succeeded before with the same inputs; say whether it ran.

    The step's mark is taken away before the action starts, so a step that is interrupted counts
    as not done.
    """
    done = read_stamp(stamp)
    if done.pop(step, None) == inputs:
        return False
    write_stamp(stamp, done)
    started = time.monotonic()
    print(f"set-up: {step} …", flush=True)
    try:
        action()
    except StepFailed as error:
        raise type(error)(f"set-up failed at: {step}\n{error}") from None
    write_stamp(stamp, {**done, step: inputs})
    print(f"set-up: {step}: {time.monotonic() - started:.0f} s", flush=True)
    return True


def write_stamp(stamp: Path, done: dict[str, str]) -> None:
    """Replace the stamp in one go, so that it is never half written."""
    fresh = stamp.with_suffix(".new")
    fresh.write_text(json.dumps(done, indent=2))
    fresh.replace(stamp)
