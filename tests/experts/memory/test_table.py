"""The table of what happens on GPUs of several sizes, in the terminal and in the documentation."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import DEMO, ROOT
from tests.experts.memory.checkpoints import LLAMA, dense, write
from webapp.experts.memory.published import published
from webapp.experts.memory.table import (
    as_markdown,
    as_text,
    papers_table,
    sources_table,
    table,
    table_of,
    todays_table,
)

DOCS = (ROOT / "docs" / "memory.md").read_text()


def printed(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "webapp.experts.memory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "cells",
    [papers_table(), todays_table(), sources_table()],
    ids=["paper", "today", "sources"],
)
def test_the_documentation_has_the_table_of_today(cells: list[list[str]]) -> None:
    """`python -m webapp.experts.memory --markdown`, with and without `--sources`, prints them."""
    assert as_markdown(cells) in DOCS


def test_a_table_from_checkpoint_folders(tmp_path: Path) -> None:
    """Headers of a large model, made up: 64 layers of 1.5 billion parameters do not fit 141 GB."""
    large = {**LLAMA, "hidden_size": 8192, "num_attention_heads": 64, "num_hidden_layers": 64}
    width = (8192, 90_000)
    tensors = {f"model.layers.{i}.mlp.up_proj.weight": ("BF16", width) for i in range(128)}
    huge = write(tmp_path / "huge", large, tensors)
    small = write(tmp_path / "small", LLAMA, dense())
    head, first, second = table_of([str(huge), str(small)])
    assert head[:3] == ["model", "weights", "cache of 1,000 tokens"]
    assert head[3:] == ["24 GB", "48 GB", "80 GB", "141 GB"]
    assert first[1] == "176 GB" and first[3:] == ["does not fit"] * 3 + ["needs fp8"]
    assert second[3:] == ["fits"] * 4
    with pytest.raises(ValueError, match="neither a folder with a checkpoint nor known"):
        table_of(["somebody/unheard-of"])


def test_a_table_from_published_sizes_for_other_gpus() -> None:
    head, row = table([published()["meta-llama/Llama-3.1-8B-Instruct"]], sizes=(16, 32))
    assert head[3:] == ["16 GB", "32 GB"]
    assert row[1:] == ["15.0 GB", "125 MB", "needs fp8", "fits with 97,280 tokens"]


def test_the_command() -> None:
    done = printed("demo/experts/tiny-01")
    assert done.returncode == 0 and str(DEMO / "experts" / "tiny-01") in done.stdout
    everything = printed().stdout
    assert f"The paper's sixteen\n\n{as_text(papers_table())}\n" in everything
    assert f"Experts of today\n\n{as_text(todays_table())}\n" in everything
    assert printed("--sources", "--markdown").stdout == as_markdown(sources_table()) + "\n"
    failed = printed("nowhere")
    assert (failed.returncode, failed.stdout) == (1, "") and "nowhere" in failed.stderr
