"""The sources of the pinned CUDA build of vLLM, which cannot run here: fetched once, and read."""

import ast
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

SECONDS = 240  # for 330 MB
EXTENSION = "vllm/_C_stable_libtorch.py"  # stands in for compiled code that an import wants


def cuda_sources() -> Path:
    """The folder with vllm's Python files; skips, with the reason, where it cannot be fetched."""
    (version,) = {
        found[1]
        for pins in (ROOT / "constraints").glob("cuda*.txt")
        if (found := re.search(r"^vllm==(\S+)$", pins.read_text(), re.MULTILINE))
    }
    folder = ROOT / "build" / f"cuda-vllm-{version}"
    if not folder.is_dir():
        _fetch(version, folder)
    return folder


def _fetch(version: str, folder: Path) -> None:
    wheels = folder.with_suffix(".wheel")
    platform = ["--platform=manylinux_2_28_x86_64", "--only-binary=:all:", "--no-deps", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", *platform, "-d", str(wheels)]
    try:
        subprocess.run([*command, f"vllm=={version}"], check=True, timeout=SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        pytest.skip(f"vLLM's build for CUDA cannot be fetched: {error}")
    fresh = folder.with_suffix(".new")
    (wheel,) = wheels.glob("vllm-*.whl")
    with zipfile.ZipFile(wheel) as content:
        parts = [n for n in content.namelist() if n.endswith(".py") or ".dist-info/" in n]
        content.extractall(fresh, parts)
    (fresh / EXTENSION).touch()
    wheel.unlink()
    wheels.rmdir()
    fresh.rename(folder)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def class_of(file: Path, name: str) -> ast.ClassDef:
    (found,) = (n for n in parsed(file).body if isinstance(n, ast.ClassDef) and n.name == name)
    return found


def methods(of: ast.ClassDef) -> dict[str, ast.arguments]:
    return {node.name: node.args for node in of.body if isinstance(node, ast.FunctionDef)}


def fields(of: ast.ClassDef) -> set[str]:
    """What a class declares, or sets in its `__init__`."""
    declared = {
        node.target.id
        for node in of.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return declared | {
        node.attr
        for node in ast.walk(of)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }
