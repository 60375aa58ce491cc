"""The pin lists, and what the installed packages say that they require."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from webapp.processes.product import ROOT

CONSTRAINTS = ROOT / "constraints"
PYTHONS = ("3.11", "3.12", "3.13")
EXTRAS = {"cpu": "cpu", "cuda": "gpu"}  # the project's own extra for each list


def on(python: str) -> dict[str, str]:
    """What markers see there; the rest is as here, which is Linux on x86-64."""
    return {"python_version": python, "python_full_version": f"{python}.9"}


def pins(name: str, python: str) -> dict[str, str]:
    """Package → version of a list, as an installer on that Python reads it."""
    lines = (CONSTRAINTS / f"{name}.txt").read_text().splitlines()
    read = [Requirement(line) for line in lines if not line.startswith("#")]
    found = {}
    for one in read:
        if one.marker is None or one.marker.evaluate(on(python)):
            assert one.name not in found, f"{one.name} is pinned twice for Python {python}"
            found[one.name] = str(one.specifier).removeprefix("==")
    return found


def left_out(name: str) -> set[str]:
    """What a list does not hold on purpose."""
    return set(re.findall(r"^[a-z-]+$", (CONSTRAINTS / f"excluded-{name}.txt").read_text(), re.M))


def project(name: str, *more: str) -> list[Requirement]:
    """What pyproject.toml asks for, with further extras."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = (EXTRAS[name], "embedded", "dev", *more)
    parts = (asked["optional-dependencies"][part] for part in extras)
    return [
        Requirement(one) for one in [*asked["dependencies"], *(p for some in parts for p in some)]
    ]


def contradictions(
    name: str, python: str, versions: dict[str, str], *more: str
) -> tuple[list[str], set[str]]:
    """Requirements that the versions do not meet, and the packages that were asked for theirs.

    A package is asked if just its pinned version is installed here: requirements are read from
    what is installed, with their conditions taken for the other Python. `more` are further extras
    of the project.
    """
    wrong: list[str] = []
    asked: set[str] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [("the project", one) for one in project(name, *more)]
    while waiting:
        by, wanted = waiting.pop()
        package = canonicalize_name(wanted.name)
        if package in left_out(name):
            continue
        version = versions.get(package)
        if version is None or not wanted.specifier.contains(version, prereleases=True):
            wrong.append(f"{by} requires {wanted}; pinned: {version}")
            continue
        for extra in {"", *wanted.extras} - {extra for known, extra in seen if known == package}:
            seen.add((package, extra))
            if (found := requirements(package, version, extra, python)) is not None:
                asked.add(package)
                waiting += [(package, one) for one in found]
    return wrong, asked


def requirements(package: str, version: str, extra: str, python: str) -> list[Requirement] | None:
    """Of one installed package for an extra, or "" for none; None if another version is here."""
    try:
        installed = distribution(package)
    except PackageNotFoundError:
        return None
    if installed.version != version:
        return None
    environment = {**on(python), "extra": extra}
    read = map(Requirement, installed.requires or [])
    return [one for one in read if one.marker is None or one.marker.evaluate(environment)]
