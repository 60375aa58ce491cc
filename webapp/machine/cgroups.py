"""The limits under which the kernel keeps a container or a service: cgroups of both versions.

Standard library only. `system` is where the machine's own files are looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

WITHOUT_LIMIT = 1 << 60  # bytes: version 1 writes a number near the largest where there is none
CACHED = ("inactive_file", "total_inactive_file")  # what of the use is given back when asked for


def memory_limit(system: Path = Path("/")) -> int | None:
    """Bytes, by the strictest of the groups that this process is in; None: there is no limit."""
    return min((limit for limit, _ in _memory(system)), default=None)


def memory_left(system: Path = Path("/")) -> int | None:
    """Bytes until the first limit is reached; None: there is no limit."""
    return min((max(0, limit - _used(group)) for limit, group in _memory(system)), default=None)


def cpu_quota(system: Path = Path("/")) -> float | None:
    """CPUs' worth of time; None: there is no limit."""
    return min((_cpus(group) or _old_cpus(group) for group in _cpu(system)), default=None)


def _memory(system: Path) -> Iterator[tuple[int, Path]]:
    """Limits, with the groups that have them."""
    for group in _groups(system, "memory"):
        limit = _number(group / "memory.max") or _number(group / "memory.limit_in_bytes")
        if limit and limit < WITHOUT_LIMIT:
            yield limit, group


def _used(group: Path) -> int:
    used = _number(group / "memory.current") or _number(group / "memory.usage_in_bytes") or 0
    lines = dict(line.split() for line in _text(group / "memory.stat").splitlines())
    return used - max(int(lines.get(name, 0)) for name in CACHED)


def _cpu(system: Path) -> Iterator[Path]:
    return (group for group in _groups(system, "cpu") if _cpus(group) or _old_cpus(group))


def _cpus(group: Path) -> float:
    """By version 2; 0: no limit."""
    quota, _, period = _text(group / "cpu.max").strip().partition(" ")
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() else 0


def _old_cpus(group: Path) -> float:
    quota, period = (_number(group / f"cpu.cfs_{name}_us") for name in ("quota", "period"))
    return quota / period if quota and period else 0


def _groups(system: Path, controller: str) -> Iterator[Path]:
    """Those that this process is in, up to their root, which is all that some containers see."""
    root = system / "sys/fs/cgroup"
    for line in _text(system / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        mounted = root / controllers if controllers else root
        inside = mounted / path.lstrip("/")
        while inside.is_relative_to(mounted):
            yield inside
            inside = inside.parent


def _number(file: Path) -> int | None:
    text = _text(file).strip()
    return int(text) if text.isdigit() else None


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
