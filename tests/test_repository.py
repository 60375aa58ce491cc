"""Rules for the repository itself."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_the_web_process_imports_neither_torch_nor_vllm() -> None:
    code = (
        "import sys, webapp.config.asgi; print([m for m in ('torch', 'vllm') if m in sys.modules])"
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


def test_python_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked()
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > 330
    }
    assert not long


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True)
