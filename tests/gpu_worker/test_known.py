"""What is read in the sources of vLLM and transformers, against what they say when imported."""

from typing import get_args

import pytest

from webapp.experts.checks import known

pytestmark = pytest.mark.slow  # vLLM takes ten seconds to import


def test_architectures() -> None:
    from vllm.model_executor.models import registry

    assert known.writing() | known.not_writing() <= set(registry._VLLM_MODELS)
    # What is not read is spread into a table from the first one.
    writes = set(registry._TEXT_GENERATION_MODELS) | set(registry._MULTIMODAL_MODELS)
    assert writes <= known.writing()
    unread = set(registry._VLLM_MODELS) - known.writing() - known.not_writing()
    assert not unread


def test_types_of_models() -> None:
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING
    from vllm.transformers_utils.config import _CONFIG_REGISTRY

    assert set(CONFIG_MAPPING.keys()) | set(_CONFIG_REGISTRY) <= known.model_types()


def test_architectures_of_transformers() -> None:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    names = MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.values()
    flat = {n for name in names for n in ([name] if isinstance(name, str) else name)}
    assert len(flat) > 100 and flat <= known.of_transformers()


def test_ways_of_packing() -> None:
    from vllm.model_executor.layers import quantization
    from vllm.model_executor.layers.quantization import inc

    gone = quantization.DEPRECATED_QUANTIZATION_METHODS
    every = [n for n in get_args(quantization.QuantizationMethods) if n not in gone]
    assert list(known.packings()) == every
    for name in known.OTHER_PACKINGS:
        kind = quantization.get_quantization_config("inc")
        told = kind.override_quantization_method({"quant_method": name}, None, None)
        assert told in every, inc
