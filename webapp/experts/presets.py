"""The paper's sixteen experts, ready to be added (arXiv 2503.05641, appendix on the model pool).

Hub ids are those of the paper's published scripts, with one exception that is noted, and so are the
limits: new tokens (4,096; 32,768 for long reasoning) and context lengths. Where none is given it is
as much as fits the memory, at most what the model was made for. Cautions and the notes on strengths
are ours, and so is the choice of a revision: none is pinned here. None of the sixteen needs options
for its chat template.
"""

from dataclasses import dataclass, field
from typing import Any

from moe_core.benchmarks import SAMPLING
from moe_core.extraction import END_OF_THINKING

SHORT = SAMPLING.max_new_tokens
LONG = SAMPLING.max_new_tokens_long
GATED = "Its licence must be accepted on the hub, with a token of your account, before it loads."


@dataclass(frozen=True)
class PresetExpert:
    """What to enter for one expert, and what it is known for."""

    name: str
    source: str  # hub id
    strength: str
    max_model_len: int | None = None  # tokens of prompt and output; None: as many as fit
    max_new_tokens: int = SHORT
    chat_template_options: dict[str, Any] = field(default_factory=dict)
    end_of_thinking: str = ""
    trust_remote_code: bool = False  # then a revision has to be pinned when it is added
    caution: str = ""


PAPER_EXPERTS: list[PresetExpert] = [
    PresetExpert(
        "Llama-3.1-8B",
        "meta-llama/Llama-3.1-8B-Instruct",  # the scripts use its former id, Meta-Llama-3.1-…
        "general knowledge and instructions",
        caution=GATED,
    ),
    PresetExpert(
        "Qwen2.5-7B",
        "Qwen/Qwen2.5-7B-Instruct",
        "all-rounder; the paper's annotator",
    ),
    PresetExpert(
        "Mistral-Nemo-12B",
        "mistralai/Mistral-Nemo-Instruct-2407",
        "general knowledge, many languages",
        max_model_len=16_000,
        caution=GATED,
    ),
    PresetExpert(
        "Phi-3.5-mini",
        "microsoft/Phi-3.5-mini-instruct",
        "reasoning for its 3.8B size",
        max_model_len=16_000,
    ),
    PresetExpert(
        "Gemma-2-9B",
        "google/gemma-2-9b-it",
        "general knowledge",
        caution=GATED,
    ),
    PresetExpert(
        "GLM-4-9B",
        # The paper's THUDM/glm-4-9b-chat runs code from its checkpoint; these are the same weights
        # in a layout that does not.
        "THUDM/glm-4-9b-chat-hf",
        "general knowledge, English and Chinese",
    ),
    PresetExpert(
        "Exaone-3.5-7.8B",
        "LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct",
        "instructions and long texts; the paper's aggregator for MedMCQA",
        # transformers has EXAONE 4 but not 3.5, whose configuration is code in the checkpoint.
        trust_remote_code=True,
        caution="Its licence allows research only.",
    ),
    PresetExpert(
        "Granite-3.1-8B",
        "ibm-granite/granite-3.1-8b-instruct",
        "business, law and instructions",
    ),
    PresetExpert(
        "Qwen2.5-Math-7B",
        "Qwen/Qwen2.5-Math-7B",
        "mathematics",
        caution="A base model made for 4,096 tokens, prompt included: it often runs on into"
        " questions of its own making, which are cut.",
    ),
    PresetExpert("Qwen2.5-Coder-7B", "Qwen/Qwen2.5-Coder-7B-Instruct", "code and algorithms"),
    PresetExpert(
        "DeepSeekMath-7B",
        "deepseek-ai/deepseek-math-7b-instruct",
        "mathematics, step by step",
        max_model_len=4096,  # prompt and output share it
        # Unverified here: to our knowledge the hub has it as .bin only.
        caution="If it does not load, convert its weights to safetensors: nothing else is loaded.",
    ),
    PresetExpert(
        "R1-Distill-Qwen-7B",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
        "long reasoning, mathematics; the paper's aggregator for AIME and GPQA",
        max_new_tokens=LONG,
        end_of_thinking=END_OF_THINKING,
    ),
    PresetExpert(
        "R1-Distill-Llama-8B",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "long reasoning; the paper's aggregator for MMLU-Pro",
        max_new_tokens=LONG,
        end_of_thinking=END_OF_THINKING,
    ),
    PresetExpert(
        "InternLM3-8B",
        "internlm/internlm3-8b-instruct",
        "general knowledge and reasoning",
        trust_remote_code=True,  # its configuration and tokenizer are code in the checkpoint
    ),
    PresetExpert(
        "Mathstral-7B",
        "mistralai/Mathstral-7B-v0.1",
        "mathematics and science",
    ),
    PresetExpert(
        "Bio-Medical-Llama-3-8B",
        "ContactDoctor/Bio-Medical-Llama-3-8B",
        "medicine and biology",
        caution="Not for medical use on patients.",
    ),
]
PRESETS = {preset.name: preset for preset in PAPER_EXPERTS}
