"""Ask the package index for known faults of the pins: `make audit`, and nothing else, asks anybody.

Exit codes: 0 when none is known, 1 when some are, 75 when the index did not tell of every package.
Which of them concern the product is then written to constraints/known_faults.toml, with the day.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from packages import PYTHON, pip_settings, uv_environment
from setup_steps import ROOT, VENV

AUDITOR = "pip-audit==2.10.1"
LISTS = ("cpu", "cuda", "real")
NOT_ASKED = 75


def audit(name: str, environment: dict[str, str]) -> int:
    """One pin list, without what marks a build of its own index (+cpu)."""
    pins = (ROOT / "constraints" / f"{name}.txt").read_text()
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(line.partition("+")[0] for line in pins.splitlines()))
        file.flush()
        command: list[str | Path] = [VENV / "bin" / "uv", "tool", "run", "--no-config"]
        command += ["--python", PYTHON, AUDITOR]
        command += ["--strict", "--disable-pip", "--no-deps", "--progress-spinner=off"]
        done = subprocess.run(
            [*command, "-r", file.name],
            env=os.environ | environment,
            text=True,
            capture_output=True,
        )
    print(f"{name}.txt\n{done.stdout}{done.stderr[-2000:]}")
    if done.returncode == 0:
        return 0
    return 1 if "known vulnerabilit" in done.stderr else NOT_ASKED


def main() -> int:
    listing = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    codes = {audit(name, uv_environment(pip_settings(listing.stdout))) for name in LISTS}
    if NOT_ASKED in codes:
        print(
            "audit: the index did not tell of every package, so nothing is said of the rest. It"
            " takes one that offers advisories, as PyPI does: try where PyPI itself is in reach.",
            file=sys.stderr,
        )
        return NOT_ASKED
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
