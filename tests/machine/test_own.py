"""CPU and memory as far as a process may use them, on systems made of files."""

import os
from pathlib import Path

import psutil
import pytest

from webapp.machine import cgroups, cpu, memory

GB = 1024**3
ROOT = Path("/")


def made(folder: Path, **files: str) -> Path:
    """A system with these files; `__` stands for a slash."""
    for name, text in files.items():
        file = folder / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


MEMORY = {"proc__meminfo": "MemTotal: 33554432 kB\nMemFree: 1 kB\nMemAvailable: 16777216 kB\n"}
GROUP = "sys__fs__cgroup__"


def test_this_machine() -> None:
    assert 0 < memory.free_memory() <= memory.all_memory() <= psutil.virtual_memory().total
    assert 1 <= cpu.cores() <= len(os.sched_getaffinity(0))
    assert cpu.formats() <= {"bfloat16", "float16"}


def test_without_a_limit(tmp_path: Path) -> None:
    system = made(tmp_path, **MEMORY, proc__self__cgroup="0::/\n")
    assert (memory.all_memory(system), memory.free_memory(system)) == (32 * GB, 16 * GB)
    assert cgroups.cpu_quota(system) is None


def test_a_containers_limit_of_version_2(tmp_path: Path) -> None:
    """Its own group is the root that it sees; what is cached of files can be had."""
    group = {
        f"{GROUP}memory.max": str(8 * GB),
        f"{GROUP}memory.current": str(6 * GB),
        f"{GROUP}memory.stat": f"anon 1\ninactive_file {3 * GB}\n",
        f"{GROUP}cpu.max": "150000 100000\n",
    }
    system = made(tmp_path, **MEMORY, proc__self__cgroup="0::/\n", **group)
    assert (memory.all_memory(system), memory.free_memory(system)) == (8 * GB, 5 * GB)
    assert cgroups.cpu_quota(system) == 1.5
    assert cpu.cores(system) == 1


def test_the_strictest_of_the_groups_around_a_service(tmp_path: Path) -> None:
    group = {
        f"{GROUP}memory.max": "max\n",
        f"{GROUP}a.slice__memory.max": str(4 * GB),
        f"{GROUP}a.slice__memory.current": str(1 * GB),
        f"{GROUP}a.slice__b__memory.max": "max\n",
        f"{GROUP}a.slice__b__cpu.max": "max 100000\n",
    }
    system = made(tmp_path, **MEMORY, proc__self__cgroup="0::/a.slice/b\n", **group)
    assert (memory.all_memory(system), memory.free_memory(system)) == (4 * GB, 3 * GB)
    assert cgroups.cpu_quota(system) is None


def test_limits_of_version_1(tmp_path: Path) -> None:
    """The group's path may be the host's, which the container does not see."""
    group = {
        f"{GROUP}memory__memory.limit_in_bytes": str(2 * GB),
        f"{GROUP}memory__memory.usage_in_bytes": str(1 * GB),
        f"{GROUP}memory__memory.stat": "total_inactive_file 0\n",
        f"{GROUP}cpu,cpuacct__cpu.cfs_quota_us": "200000\n",
        f"{GROUP}cpu,cpuacct__cpu.cfs_period_us": "100000\n",
    }
    listed = "5:memory:/docker/1\n3:cpu,cpuacct:/docker/1\n0::/\n"
    system = made(tmp_path, **MEMORY, proc__self__cgroup=listed, **group)
    assert (memory.all_memory(system), memory.free_memory(system)) == (2 * GB, 1 * GB)
    assert cgroups.cpu_quota(system) == 2.0


def test_version_1_writes_a_large_number_where_there_is_no_limit(tmp_path: Path) -> None:
    group = {
        f"{GROUP}memory__memory.limit_in_bytes": "9223372036854771712\n",
        f"{GROUP}cpu__cpu.cfs_quota_us": "-1\n",
        f"{GROUP}cpu__cpu.cfs_period_us": "100000\n",
    }
    system = made(tmp_path, **MEMORY, proc__self__cgroup="4:memory:/\n1:cpu:/\n", **group)
    assert cgroups.memory_limit(system) is None and cgroups.cpu_quota(system) is None


@pytest.mark.parametrize(
    ("told", "formats"),
    [
        ("flags\t\t: fpu avx2 avx512f\n", set()),
        ("flags\t\t: fpu avx512_bf16\n", {"bfloat16"}),
        ("flags\t\t: amx_bf16 avx512_fp16\n", {"bfloat16", "float16"}),
        ("Features\t: fp asimd asimdhp bf16\n", {"bfloat16", "float16"}),
        ("", set()),
    ],
)
def test_formats_of_a_cpu(tmp_path: Path, told: str, formats: set[str]) -> None:
    assert cpu.formats(made(tmp_path, proc__cpuinfo=f"processor\t: 0\n{told}")) == formats
    assert cpu.formats(tmp_path / "nowhere") == set()


def test_two_threads_of_a_core_count_once(tmp_path: Path) -> None:
    names = sorted(os.sched_getaffinity(0))
    files = {
        f"sys__devices__system__cpu__cpu{one}__topology__thread_siblings_list": "0-99\n"
        for one in names
    }
    assert cpu.cores(made(tmp_path, **files)) == 1
    assert cpu.cores(tmp_path / "nowhere") == len(names)
