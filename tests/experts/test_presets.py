"""Experts to choose from: complete, loadable by what is installed, and small enough."""

import ast
import importlib.util
import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import ROOT
from webapp.experts.memory.fits import Verdict, enough, fit
from webapp.experts.memory.places import sold_as
from webapp.experts.memory.published import entries, published
from webapp.experts.memory.table import as_markdown, settings_of
from webapp.experts.models import Expert
from webapp.experts.presets import FITS, PRESETS, SETS, SETTINGS, PresetExpert, PresetSet
from webapp.experts.presets.table import documented

DOCS = (ROOT / "docs" / "presets.md").read_text()
each = pytest.mark.parametrize("preset", PRESETS.values(), ids=list(PRESETS))


@each
@pytest.mark.django_db
def test_a_preset_says_what_it_is_and_where_that_was_read(preset: PresetExpert) -> None:
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", preset.source)
    assert preset.strength and preset.licence and preset.source_of_facts
    assert date.fromisoformat(preset.date) <= date.today()
    assert preset.thinks == (preset.max_new_tokens == 32_768) == bool(preset.reasoning_parser)
    assert not (preset.quantization and preset.stored_as)
    Expert(**preset.settings(), revision="abc").full_clean(validate_unique=False, exclude=["team"])


def test_names_and_hub_ids_are_not_given_twice() -> None:
    assert len({preset.source for preset in PRESETS.values()}) == len(PRESETS) == 16 + 15
    assert {name for chosen in SETS.values() for name in chosen.members} == PRESETS.keys()


def test_an_expert_gets_all_that_its_preset_and_the_model_know() -> None:
    """Whoever adds a field to the model that presets have too adds its name to SETTINGS."""
    model = {field.name for field in Expert._meta.fields}
    known = {field.name for field in fields(PresetExpert)}
    assert set(SETTINGS) | {"caution"} == model & known


@pytest.mark.parametrize(
    ("chosen", "preset"),
    [(chosen, preset) for chosen in FITS.values() for preset in chosen.presets],
    ids=lambda given: given.name,
)
def test_who_is_for_a_gpu_fits_it_with_its_thinking(
    chosen: PresetSet, preset: PresetExpert
) -> None:
    shape, how = published()[preset.source], settings_of(preset)
    found = fit(shape, sold_as(chosen.gigabytes), how)
    assert found.verdict in (Verdict.FITS, Verdict.SHORTER), found.sentence
    assert found.tokens >= enough(shape, how) and not found.cuts_outputs


@pytest.mark.parametrize("chosen", FITS.values(), ids=lambda chosen: chosen.name)
def test_a_set_has_somebody_for_everything(chosen: PresetSet) -> None:
    assert 6 <= len(chosen.members) == len(set(chosen.members)) <= 12
    assert {chosen.annotator, *chosen.aggregators} <= set(chosen.members)
    assert not PRESETS[chosen.annotator].thinks  # an annotation has 256 tokens
    strengths = " ".join(preset.strength for preset in chosen.presets)
    for what in ("mathematics", "code", "medicine", "languages", "all-rounder"):
        assert what in strengths


def test_packing_is_what_the_sizes_are_of() -> None:
    packed = {
        entry["id"]: entry["config"].get("quantization_config", {}).get("quant_method", "")
        for entry in entries()
    }
    assert {preset.source: preset.stored_as for preset in PRESETS.values()} == packed


def test_vllm_has_the_parsers_that_are_named() -> None:
    """Read in its source: importing it takes seconds, and one file alone may."""
    found = importlib.util.find_spec("vllm")
    assert found is not None and found.origin is not None
    text = (Path(found.origin).parent / "reasoning" / "__init__.py").read_text()
    registered = next(
        node.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict)
    )
    assert isinstance(registered, ast.Dict)
    names = {key.value for key in registered.keys if isinstance(key, ast.Constant)}
    named = {preset.reasoning_parser for preset in PRESETS.values()} - {""}
    assert named and named <= names


@pytest.mark.parametrize("cells", documented(), ids=["sets", "today", "paper", "facts"])
def test_the_documentation_has_the_tables_of_today(cells: list[list[str]]) -> None:
    """`python -m webapp.experts.presets` prints them."""
    assert as_markdown(cells) in DOCS
