"""The published sizes: complete, and their arithmetic agrees with what was published."""

import re
from datetime import date
from typing import Any

import pytest

from tests.experts.memory.counting import ends, parameters_of
from webapp.experts.memory.published import (
    PublishedError,
    entries,
    published,
    shape_of_entry,
)
from webapp.experts.memory.sources import shape_of
from webapp.experts.presets import PRESETS

OFF = 0.02  # of what was published, which is rounded and counts what the shape leaves out


@pytest.mark.parametrize("entry", entries(), ids=[entry["id"] for entry in entries()])
def test_the_configuration_makes_as_many_parameters_as_were_published(
    entry: dict[str, object],
) -> None:
    shape, said = shape_of_entry(entry), entry["parameters"]
    assert isinstance(said, int)
    assert shape.parameters == pytest.approx(said, rel=OFF)
    assert entry["source"] and date.fromisoformat(str(entry["date"])) <= date.today()
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", shape.name)


FILES = [entry for entry in entries() if "weight_bytes" in entry]


@pytest.mark.parametrize("entry", FILES, ids=[entry["id"] for entry in FILES])
def test_so_it_does_where_only_the_size_of_the_files_is_known(entry: dict[str, Any]) -> None:
    """Their shapes follow from the files' size, so that their parameters are counted here."""
    assert parameters_of(entry["config"]) == pytest.approx(entry["parameters"], rel=OFF)
    packed = "quantization_config" in entry["config"]
    assert packed == (entry["bytes_per_weight"] < 2)


def test_fp8_leaves_both_ends_of_a_model_as_they_are() -> None:
    entry = next(entry for entry in FILES if entry["id"] == "Qwen/Qwen3.5-9B")
    whole, kept = entry["weight_bytes"], 2 * ends(entry["config"])
    packed = shape_of_entry(entry).weight_bytes(fp8=True)
    assert packed == pytest.approx((whole - kept) / 2 + kept, rel=1e-6)


def test_every_preset_is_there() -> None:
    assert {preset.source for preset in PRESETS.values()} == published().keys()
    assert len(published()) == len(entries())
    for preset in PRESETS.values():
        shape = shape_of(preset.source)
        assert shape is not None and (preset.max_model_len or 1) <= shape.longest


def test_an_entry_that_lacks_something_says_so() -> None:
    entry = entries()[0]
    without = {name: value for name, value in entry.items() if name != "date"}
    with pytest.raises(PublishedError, match="lacks date"):
        shape_of_entry(without)
    config = {name: value for name, value in entry["config"].items() if name != "hidden_size"}
    with pytest.raises(PublishedError, match="hidden_size"):
        shape_of_entry(entry | {"config": config})


def test_a_model_whose_tensors_cannot_be_made_up_has_the_size_of_its_files() -> None:
    entry = entries()[0] | {"weight_bytes": 13_000_000_000, "bytes_per_weight": 0.5}
    assert shape_of_entry(entry).weight_bytes() == pytest.approx(13e9, rel=1e-6)


def test_a_published_mixture() -> None:
    """Mixtral's own figures: 46.7 billion parameters, nearly all of them in experts."""
    config = {
        "num_hidden_layers": 32,
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "num_local_experts": 8,
        "num_experts_per_tok": 2,
        "vocab_size": 32000,
        "max_position_embeddings": 32768,
    }
    entry = entries()[0] | {"config": config}
    shape = shape_of_entry(entry)
    assert shape.parameters == pytest.approx(46.7e9, rel=0.005)
    quarter = shape_of_entry(entry | {"bytes_per_weight": 0.5})
    assert quarter.weight_bytes() == pytest.approx(46.7e9 / 2, rel=0.02)
