"""Rules for the repository itself."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]


def tracked() -> list[Path]:
    # The repository may belong to somebody else than who runs this.
    listing = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize(
    "imported", ["webapp.config.asgi", "gpu_worker.tasks, gpu_worker.openai_engine"]
)
def test_neither_web_nor_endpoints_process_imports_torch_or_vllm(imported: str) -> None:
    code = (
        f"import sys, django; django.setup(); import {imported};"
        " print([m for m in ('torch', 'vllm') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_every_setting_is_documented() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text()
    pattern = re.compile(r"SKILLMOE_[A-Z_]+")
    folders = ("webapp", "gpu_worker", "scripts")
    sources = [
        p for p in tracked() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in folders
    ]
    named = {name for path in sources for name in pattern.findall(path.read_text())}
    assert named <= set(pattern.findall(operations))


def test_lock_files_hold_no_download_addresses() -> None:
    locks = [*(ROOT / "constraints").glob("*.txt"), ROOT / "package-lock.json"]
    addresses = re.compile(r'"resolved"|--index-url|--find-links|://[^"]*\.(?:whl|tgz|tar\.gz)')
    assert not [path.name for path in locks if addresses.search(path.read_text())]


def written() -> dict[str, str]:
    """Python files but migrations, by their paths."""
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for path in tracked()
        if path.suffix == ".py" and "migrations" not in path.parts
    }


def test_python_files_stay_readable() -> None:
    lines = {name: len(text.splitlines()) for name, text in written().items()}
    assert not {name: n for name, n in lines.items() if n > 300}


def test_functions_stay_readable() -> None:
    long = {
        f"{name}: {node.name}": n
        for name, text in written().items()
        if name.startswith(("webapp/", "gpu_worker/", "moe_core/"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (n := (node.end_lineno or 0) - node.lineno + 1) > 50
    }
    assert not long


def test_folders_stay_small_enough_to_know() -> None:
    """Each folder's own files, not those of the folders in it."""
    lines: Counter[str] = Counter()
    for name, text in written().items():
        if name.startswith("webapp/"):
            lines[str(Path(name).parent)] += len(text.splitlines())
    assert not {folder: n for folder, n in lines.items() if n > 2_000}


def test_lines_of_templates_stay_readable() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.is_relative_to(ROOT / "templates")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 120
    ]
    assert not long


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True)
