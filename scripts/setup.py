"""Set up .venv, the front-end files and nothing else; run by `make setup`, again and again.

Standard library only: it runs before anything is installed. A step whose inputs have not changed
since it last succeeded is skipped, so that a second run takes a fraction of a second. setup.sh
finds the Python for it; one that is too old must get as far as saying so.

    scripts/setup.sh              # everything that make demo and make serve need
    scripts/setup.sh --chromium   # and a browser, for the tests
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from assets import VENDOR, copy_assets
from packages import PYTHON, UV, install_pins, replace_cpu_torch
from setup_steps import ROOT, STAMP, VENV, StepFailed, digest, once, read_stamp, run, write_stamp

from webapp.machine import needs, smi, user

SUPPORTED = ((3, 11), (3, 12), (3, 13))  # the Pythons of the pin lists
NODE_MAJOR = 18  # the oldest Node.js whose npm is relied on


def device() -> str:
    """`cuda` where an NVIDIA GPU answers, else `cpu`; SKILLMOE_DEVICE decides if it is set."""
    if chosen := os.environ.get("SKILLMOE_DEVICE"):
        if chosen not in {"cpu", "cuda"}:
            raise StepFailed(f"SKILLMOE_DEVICE is {chosen!r}: set it to cpu or cuda, or unset it.")
        return chosen
    found = "cuda" if smi.has_gpu() or smi.answering_gpus() else "cpu"
    kept = read_stamp(STAMP).get(DEVICE, found)  # a driver may be away for a moment
    if kept != found:
        print(
            f"set-up: .venv is for {kept}, and stays so; SKILLMOE_DEVICE={found} make setup makes"
            f" it anew for {found}"
        )
    return kept


def check_machine(chosen: str) -> None:
    """Before anything is downloaded. Raises StepFailed where something vital is missing."""
    missing = [one for one in needs.findings(chosen, ROOT) if not one.is_met]
    for one in missing:
        if not one.is_vital:
            print(f"set-up: note: {one.what}. {one.advice}")
    if vital := [f"- {one.what}. {one.advice}" for one in missing if one.is_vital]:
        vital += [needs.WITHOUT_GPU] if chosen == "cuda" else []
        raise StepFailed("\n".join(["set-up: something is missing, and nothing was done:", *vital]))


# --- Python packages


PACKAGES, DEVICE = "Python packages", "device"


def has_venv() -> bool:
    """Whether .venv is there and of the Python that runs this: pins may be others for another."""
    try:
        told = (VENV / "pyvenv.cfg").read_text()
    except OSError:
        return False
    version = r"^version(_info)? = {}\.{}\.".format(*sys.version_info)
    return PYTHON.exists() and re.search(version, told, re.MULTILINE) is not None


def make_venv() -> None:
    """A virtual environment of the Python that runs this, in place of an unusable one."""
    run(
        [sys.executable, "-m", "venv", "--clear", VENV],
        "Python could not make a virtual environment. On Debian and Ubuntu: install the package "
        f"python{sys.version_info.major}.{sys.version_info.minor}-venv.",
    )


def link_project() -> None:
    """Make the project's own packages importable from anywhere in .venv: no build, no copy."""
    purelib = run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        "The Python in .venv does not run: delete .venv and run `make setup` again.",
    ).stdout.strip()
    Path(purelib, "skill_moe.pth").write_text(f"{ROOT}\n")


def set_up_python() -> None:
    """Everything in .venv."""
    chosen = device()
    pins = ROOT / "constraints" / f"{chosen}.txt"

    def install() -> None:
        install_pins(pins, "cpu" if chosen == "cpu" else None)
        if chosen == "cuda":
            replace_cpu_torch()
        link_project()

    inputs = digest(pins, UV, str(ROOT))
    if not has_venv() or read_stamp(STAMP).get(PACKAGES) != inputs:
        check_machine(chosen)
    if not has_venv() or read_stamp(STAMP).get(DEVICE, chosen) != chosen:
        print("set-up: the first time takes a minute or two")
        make_venv()  # the builds for CPUs and for CUDA overwrite each other's files
        write_stamp(STAMP, {DEVICE: chosen})
    once(PACKAGES, inputs, install)
    if DEVICE not in (stamp := read_stamp(STAMP)):  # of a set-up from before
        write_stamp(STAMP, {**stamp, DEVICE: chosen})


# --- Front-end files

FRONT_END = "front-end files"
# WhiteNoise sends NAME.gz in place of NAME to browsers that take it.
COMPRESS = ["-m", "whitenoise.compress", "--quiet"]


def find_npm() -> str:
    """The machine's npm if its Node.js is recent enough, else one installed into .venv."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
        if version[1:].split(".")[0].isdigit() and int(version[1:].split(".")[0]) >= NODE_MAJOR:
            return npm
    print("set-up: no recent Node.js on this machine; installing one into .venv")
    install_pins(ROOT / "constraints" / "node.txt")
    return str(VENV / "bin" / "npm")


def install_front_end() -> None:
    """The npm packages of the lock file, then the copy of what the pages use."""
    npm = find_npm()
    path = os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", "")])
    run(
        [npm, "ci", "--loglevel=error"],
        "npm could not install the front-end packages. Check the network and npm's settings "
        "(`npm config list`), then run `make setup` again.",
        {"PATH": path},
    )
    try:
        copy_assets(ROOT / "node_modules")
    except OSError as error:
        raise StepFailed(f"{error}\nDelete node_modules and run `make setup` again.") from None
    run([PYTHON, *COMPRESS, VENDOR], "Run `make setup` again.")


def set_up_front_end() -> None:
    """The files in build/static/vendor, made again when someone deleted them."""
    inputs = [ROOT / "package-lock.json", ROOT / "package.json", ROOT / "scripts" / "assets.py"]
    if not VENDOR.is_dir():
        write_stamp(STAMP, {k: v for k, v in read_stamp(STAMP).items() if k != FRONT_END})
    once(FRONT_END, digest(*inputs, *COMPRESS), install_front_end)


# --- A browser for the tests


def set_up_chromium() -> None:
    """Chromium from Debian's packages where that may be done; else say what to install.

    Never fails: the browser tests say themselves that they miss it.
    """
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    if any(shutil.which(name) for name in names):
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        print("set-up: no Chromium: the browser tests need one; install the package chromium")
        return
    print("set-up: Chromium for the browser tests …", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run([apt, "update"], "", quiet)
        run([apt, "install", "-y", "--no-install-recommends", "chromium"], "", quiet)
    except StepFailed as error:
        print(f"{error}set-up: Chromium was not installed; install the package chromium by hand")


def main() -> int:
    """Run the steps; the exit code is 1 when one failed."""
    parser = argparse.ArgumentParser(description="Set up .venv and the front-end files.")
    parser.add_argument("--chromium", action="store_true", help="also a browser for the tests")
    arguments = parser.parse_args()
    if sys.version_info[:2] not in SUPPORTED:
        print(
            f"set-up: this is Python {sys.version.split()[0]}; Skill-MoE needs 3.11, 3.12 or 3.13"
        )
        return 1
    os.umask(0o022)  # PostgreSQL may have to read its programs as another user
    os.environ.update(user.made_up(ROOT / "build" / "home"))
    try:
        set_up_python()
        set_up_front_end()
    except StepFailed as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.chromium:
        set_up_chromium()
    return 0


if __name__ == "__main__":
    sys.exit(main())
