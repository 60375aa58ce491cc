"""How large experts are, by their names or their weights."""

import pytest

from tests.conftest import DEMO
from webapp.experts.sizes import size_of_checkpoint, size_of_name


@pytest.mark.parametrize(
    ("source", "size"),
    [
        ("Qwen/Qwen2.5-7B-Instruct", "about 7 B"),
        ("meta/Llama-3.1-8B", "about 8 B"),
        ("microsoft/Phi-3.8b", "about 3.8 B"),
        ("mistral/Mixtral-8x7B-v0.1", "about 56 B"),
        ("a/Tiny-350m", "about 350 M"),
        ("a/Qwen3-30B-A3B", "about 30 B"),
        ("70B/nothing", "None"),
        ("a/Model-8bit", "None"),
        ("gpt-4b1", "None"),
    ],
)
def test_sizes_by_name(source: str, size: str) -> None:
    assert str(size_of_name(source)) == size


def test_sizes_by_the_weights() -> None:
    """Of the demo's own checkpoints, whose bytes say the same."""
    folder = DEMO / "experts" / "tiny-01"
    counted = size_of_checkpoint(str(folder))
    assert counted is not None and counted.is_counted
    weights = (folder / "model.safetensors").stat().st_size
    assert weights / 4 * 0.9 < counted.parameters < weights / 2
    assert str(counted).endswith(" k")
    assert size_of_checkpoint("/nowhere/at/all-7B") is None


def test_sizes_that_were_published() -> None:
    """More exact than the name of a model that is not here."""
    assert str(size_of_checkpoint("Qwen/Qwen2.5-7B-Instruct")) == "7.6 B"
    assert str(size_of_checkpoint("nobody/Some-7B")) == "about 7 B"
