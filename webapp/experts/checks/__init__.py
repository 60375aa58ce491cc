"""Mistakes that are seen in milliseconds, when an expert is added or what it loads is changed.

Nothing here needs Django, a GPU or the network, and nothing imports vllm or transformers: what they
know is read in their installed sources (`known.py`). Of a hub id that is not here yet there is
little to see; `hub.py` asks the hub, for those who wish it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from webapp.experts.checkpoints import is_folder
from webapp.experts.checks import settings, templates
from webapp.experts.memory.sources import folder_of
from webapp.experts.weight_files import tensors_problem

OPTIONS = ("chat_template_options", "annotation_options", "aggregation_options")
MISTRAL = "mistral"  # a tokenizer that builds prompts without a template


@dataclass(frozen=True)
class Asked:
    """Of an expert, what its checkpoint may not go together with."""

    source: str  # as `checkpoints.placed` has it
    revision: str = ""
    max_model_len: int | None = None
    quantization: str = ""
    trust_remote_code: bool = False
    chat_template_options: Mapping[str, Any] = field(default_factory=dict)
    annotation_options: Mapping[str, Any] | None = None
    aggregation_options: Mapping[str, Any] | None = None
    chat_template: str = ""
    system_prompt: str = ""
    tokenizer_mode: str = "auto"


def mistakes(asked: Asked) -> dict[str, str]:
    """What is wrong and what to do, by the setting that is to be changed.

    A folder is taken to be whole, as `checkpoint_problem` finds; a download may be a part.
    """
    found = {
        "source": "" if is_folder(asked.source) else id_problem(asked.source),
        "quantization": settings.quantization_problem(asked.quantization),
        **{name: templates.clash(getattr(asked, name)) for name in OPTIONS},
    }
    folder = None if any(found.values()) else folder_of(asked.source, asked.revision)
    if folder and os.path.isdir(folder):
        found = of_folder(folder, asked)
    return {name: said for name, said in found.items() if said}


def of_folder(folder: Path, asked: Asked) -> dict[str, str]:
    """The same of a checkpoint whose files are here, all or some of them."""
    config = settings.config_in(folder)
    found = {
        "source": settings.model_problem(config),
        "trust_remote_code": settings.remote_code_problem(config, asked.trust_remote_code),
        "max_model_len": settings.context_problem(config, folder, asked.max_model_len),
    }
    is_whole = is_folder(asked.source)
    if is_whole:
        found["source"] = found["source"] or tensors_problem(folder)
    if not any(found.values()) and asked.tokenizer_mode != MISTRAL:
        found |= _template_problem(folder, asked, is_whole=is_whole)
    return {name: said for name, said in found.items() if said}


def _template_problem(folder: Path, asked: Asked, *, is_whole: bool) -> dict[str, str]:
    """Whether it takes a question, and then whether it takes one after the system prompt."""
    found = templates.found(
        folder, asked.chat_template, is_whole=is_whole, is_trusted=asked.trust_remote_code
    )
    where = "chat_template" if asked.chat_template else "source"
    if not found.text:
        return {where: found.problem}
    tokens = templates.special_tokens(folder)
    asked_with = {**tokens, **asked.chat_template_options}
    if said := templates.refusal(found.text, asked_with):
        return {"chat_template_options" if asked.chat_template_options else where: said}
    if not asked.system_prompt:
        return {}
    return {"system_prompt": templates.refusal(found.text, asked_with, asked.system_prompt)}


def id_problem(source: str) -> str:
    """What is wrong with a hub id as such; empty when there may be one."""
    from huggingface_hub.errors import HFValidationError  # a third of a second, which few need
    from huggingface_hub.utils._validators import validate_repo_id

    if "://" in source:
        return f"{source} is an address: give the id alone, such as Qwen/Qwen2.5-7B-Instruct."
    try:
        validate_repo_id(source)
    except HFValidationError:
        return (
            f"{source} is neither a folder here nor a hub id such as Qwen/Qwen2.5-7B-Instruct:"
            " correct it."
        )
    return ""
