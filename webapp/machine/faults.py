"""Known faults of what the product runs, from a dated list in the repository.

Standard library only: the set-up reads it before anything is installed, and nobody is asked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PINS = Path(__file__).resolve().parents[2] / "constraints"
SERVERS = {"postgresql": "PostgreSQL", "valkey": "Valkey", "redis": "Redis"}


@dataclass(frozen=True)
class Fault:
    """One entry of constraints/known_faults.toml, which says what each field means."""

    package: str
    fixed: str
    ids: str
    about: str
    branch: str = ""
    accepted: str = ""

    def concerns(self, package: str, version: str) -> bool:
        parts, branch = numbers(version), numbers(self.branch)
        is_meant = self.package == package and parts[: len(branch)] == branch
        return is_meant and parts < numbers(self.fixed)

    def __str__(self) -> str:
        name = SERVERS.get(self.package, self.package)
        return f"{name} {self.fixed} has mended {self.ids}. {self.about}"


def numbers(version: str) -> tuple[int, ...]:
    """Of the version alone, without what a distribution or a wheel adds."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()


@cache
def _list() -> dict[str, Any]:
    import tomllib  # an older Python gets as far as being told that it is too old

    return tomllib.loads((PINS / "known_faults.toml").read_text())


def known() -> list[Fault]:
    return [Fault(**entry) for entry in _list()["fault"]]


def faults_of(package: str, version: str) -> list[Fault]:
    return [fault for fault in known() if fault.concerns(package, version)]


def embedded() -> dict[str, str]:
    """The servers that the pinned packages carry, and their versions."""
    return {name: of for each in _list()["carried"].values() for name, of in each.items()}


def pinned(text: str) -> Iterator[tuple[str, str]]:
    """Packages and versions of a pin list, those that are carried by others too."""
    for line in text.splitlines():
        if found := re.match(r"([a-z0-9-]+)==([^ ;]+)", line):
            yield found[1], found[2]
            yield from _list()["carried"].get(found[1], {}).items()


def main() -> int:
    """For `make check`: the pins that have a fault which nobody has accepted."""
    wrong = sorted(
        {
            f"{package} {version}: {fault}"
            for path in PINS.glob("*.txt")
            for package, version in pinned(path.read_text())
            for fault in faults_of(package, version)
            if not fault.accepted
        }
    )
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        print("Change the pin, or say in known_faults.toml why it stays.", file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
