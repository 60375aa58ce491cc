"""What a checkpoint's config.json says, against what the installed vLLM knows and a person asks."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from webapp.experts.checks import known
from webapp.experts.memory.configs import CONTEXTS, contexts, text_part

Config = Mapping[str, Any]
MISTRAL_CONFIG = "params.json"  # vLLM reads it instead, where weights are called consolidated


def config_in(folder: Path) -> Config:
    """Empty where there is none that vLLM reads."""
    if (folder / MISTRAL_CONFIG).exists() and any(folder.glob("consolidated*.safetensors")):
        return {}
    return json_in(folder / "config.json")


def json_in(file: Path) -> dict[str, Any]:
    """Empty where it cannot be read, or is no object."""
    try:
        found = json.loads(file.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def model_problem(config: Config) -> str:
    """Whether vLLM has nothing to run it with, whatever the settings."""
    if packed := _unknown_packing(config):
        return (
            f"Its weights are packed as {packed}, which the installed vLLM does not load: take the"
            " model in another format."
        )
    if _is_of_unknown_type(config) and not _auto(config, "AutoConfig"):
        return (
            f"The installed vLLM does not know its type, {config['model_type']}: take another"
            " model, or serve it elsewhere and add it as an endpoint."
        )
    architectures = _architectures(config)
    if not architectures or not known.writing() or set(architectures) & known.writing():
        return ""
    names = " and ".join(architectures)
    if set(architectures) & known.not_writing():
        return f"It does not write text ({names}): add a model that answers questions."
    if set(architectures) & known.of_transformers() or _auto(config, "AutoModel"):
        return ""
    return (
        f"The installed vLLM does not know its architecture, {names}: take another model, or serve"
        " it elsewhere and add it as an endpoint."
    )


def remote_code_problem(config: Config, is_trusted: bool) -> str:
    """Whether it needs Python of its own, and may not run it."""
    if is_trusted:
        return ""
    needed = _auto(config, "AutoConfig") if _is_of_unknown_type(config) else ""
    architectures = set(_architectures(config))
    has_own = architectures & (known.writing() | known.of_transformers())
    if known.writing() and architectures and not has_own:
        needed = needed or _auto(config, "AutoModel")
    return (
        f"It needs Python code from its checkpoint ({needed}): look at that code, then allow it"
        " here and pin the revision that you looked at."
        if needed
        else ""
    )


def quantization_problem(asked: str) -> str:
    """Whether vLLM knows the way of packing that a person names."""
    if not asked or not known.packings() or asked in known.packings():
        return ""
    return f"vLLM knows no {asked}: give one of {', '.join(sorted(known.packings()))}."


def context_problem(config: Config, folder: Path, asked: int | None) -> str:
    """Whether more tokens are asked for than the model was made for."""
    most = longest(config, folder) if asked else 0
    if not asked or not most or asked <= most:
        return ""
    return (
        f"The model was made for {most:,} tokens: set at most {most}, or leave it empty for as many"
        " as fit the memory."
    )


def longest(config: Config, folder: Path) -> int:
    """Tokens that may be asked for; 0 where the config does not say."""
    text = text_part(config)
    if not any(text.get(name) for name in CONTEXTS):
        return 0
    try:
        _, most = contexts(text, json_in(folder / "tokenizer_config.json"))
        return max(most, int(config.get("model_max_length") or 0))  # which vLLM takes as well
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return 0


def _is_of_unknown_type(config: Config) -> bool:
    said, types = config.get("model_type"), known.model_types()
    return isinstance(said, str) and bool(types) and said not in types


def _unknown_packing(config: Config) -> str:
    said = config.get("quantization_config") or text_part(config).get("quantization_config")
    method = said.get("quant_method") if isinstance(said, Mapping) else None
    if not isinstance(method, str) or not known.packings():
        return ""
    method = method.lower().replace("compressed_tensors", "compressed-tensors")
    return "" if not method or method in {*known.packings(), *known.OTHER_PACKINGS} else method


def _architectures(config: Config) -> list[str]:
    said = config.get("architectures")
    return [name for name in said if isinstance(name, str)] if isinstance(said, list) else []


def _auto(config: Config, kind: str) -> str:
    """Which code of the checkpoint's is its config or model, such as modeling_x.XForCausalLM."""
    said = config.get("auto_map")
    entries = said.items() if isinstance(said, Mapping) else []
    return next((str(code) for name, code in entries if str(name).startswith(kind)), "")
