"""The paper's sixteen experts (arXiv 2503.05641, appendix on the model pool).

Hub ids are those of the paper's published scripts, with one exception that is noted, and so are the
limits: new tokens (4,096; 32,768 for long reasoning) and context lengths. Where none is given it is
as much as fits the memory, at most what the model was made for. Cautions and the notes on strengths
are ours, and so is the choice of a revision: none is pinned here. None of the sixteen needs options
for its chat template, and all are sampled as in the paper, which names a temperature and nothing
else: what checkpoints ask for besides is switched off.
"""

from dataclasses import replace

from moe_core.thinking import END_OF_THINKING
from webapp.experts.presets.preset import LONG, PresetExpert

_EXPERTS: list[PresetExpert] = [
    PresetExpert(
        "Llama-3.1-8B",
        "meta-llama/Llama-3.1-8B-Instruct",  # the scripts use its former id, Meta-Llama-3.1-…
        "general knowledge and instructions",
        licence="Llama 3.1 Community License",
        source_of_facts="the notices that copies of it carry; that it is gated was not looked up",
        gated=True,
        verified=False,
    ),
    PresetExpert(
        "Qwen2.5-7B",
        "Qwen/Qwen2.5-7B-Instruct",
        "all-rounder; the paper's annotator",
        licence="Apache 2.0",
        source_of_facts="not looked up",
        verified=False,
    ),
    PresetExpert(
        "Mistral-Nemo-12B",
        "mistralai/Mistral-Nemo-Instruct-2407",
        "general knowledge, many languages",
        licence="Apache 2.0",
        source_of_facts="its licence on copies of it; whether it is still gated was not found",
        max_model_len=16_000,
        gated=True,
        verified=False,
    ),
    PresetExpert(
        "Phi-3.5-mini",
        "microsoft/Phi-3.5-mini-instruct",
        "reasoning for its 3.8B size",
        licence="MIT",
        # It brings code, which nothing runs: transformers knows phi3.
        source_of_facts="its files on the hub, commit 6496300",
        max_model_len=16_000,
    ),
    PresetExpert(
        "Gemma-2-9B",
        "google/gemma-2-9b-it",
        "general knowledge",
        licence="Gemma Terms of Use",
        source_of_facts="its README on the hub, pull request 2",
        gated=True,
    ),
    PresetExpert(
        "GLM-4-9B",
        # The paper's THUDM/glm-4-9b-chat runs code from its checkpoint; these are the same weights
        # in a layout that does not.
        "THUDM/glm-4-9b-chat-hf",
        "general knowledge, English and Chinese",
        licence="GLM-4 licence",
        source_of_facts="the hub's page of THUDM/glm-4-9b-chat, commit aae8bd7; its own not seen",
        verified=False,
    ),
    PresetExpert(
        "Exaone-3.5-7.8B",
        "LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct",
        "instructions and long texts; the paper's aggregator for MedMCQA",
        licence="EXAONE AI Model License 1.1, non-commercial",
        source_of_facts="its hub page and LICENSE; transformers pull request 34652, still open",
        # transformers has EXAONE 4 but not 3.5, whose configuration is code in the checkpoint.
        trust_remote_code=True,
        caution="Its licence allows research only. Its code is of 2024 and was not run with"
        " transformers 5, which it may not know: try it before a pool rests on it.",
    ),
    PresetExpert(
        "Granite-3.1-8B",
        "ibm-granite/granite-3.1-8b-instruct",
        "business, law and instructions",
        licence="Apache 2.0",
        source_of_facts="its README on the hub, commit 0b2792e",
    ),
    PresetExpert(
        "Qwen2.5-Math-7B",
        "Qwen/Qwen2.5-Math-7B",
        "mathematics",
        licence="Apache 2.0",
        source_of_facts="the licence of copies; its config.json in unsloth/Qwen2.5-Math-7B",
        caution="A base model made for 4,096 tokens, prompt included: it often runs on into"
        " questions of its own making, which are cut.",
    ),
    PresetExpert(
        "Qwen2.5-Coder-7B",
        "Qwen/Qwen2.5-Coder-7B-Instruct",
        "code and algorithms",
        licence="Apache 2.0",
        source_of_facts="not looked up",
        verified=False,
    ),
    PresetExpert(
        "DeepSeekMath-7B",
        "deepseek-ai/deepseek-math-7b-instruct",
        "mathematics, step by step",
        licence="DeepSeek Model License",
        source_of_facts="its files on the hub, commit 0a5828f and pull request 2",
        max_model_len=4096,  # prompt and output share it
        caution="The hub's main branch has it as .bin only, which is not loaded. Its pull request"
        " 2, by the hub's own converter, has safetensors: set the revision refs/pr/2.",
    ),
    PresetExpert(
        "R1-Distill-Qwen-7B",
        "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B",
        "long reasoning, mathematics; the paper's aggregator for AIME and GPQA",
        licence="MIT",
        source_of_facts="DeepSeek-R1's README on the hub, pull request 16; its own not looked up",
        max_new_tokens=LONG,
        reasoning_parser="deepseek_r1",
        end_of_thinking=END_OF_THINKING,
        verified=False,
    ),
    PresetExpert(
        "R1-Distill-Llama-8B",
        "deepseek-ai/DeepSeek-R1-Distill-Llama-8B",
        "long reasoning; the paper's aggregator for MMLU-Pro",
        licence="MIT, and the Llama 3.1 Community License of its base",
        source_of_facts="DeepSeek-R1's README on the hub, pull request 16; its own not looked up",
        max_new_tokens=LONG,
        reasoning_parser="deepseek_r1",
        end_of_thinking=END_OF_THINKING,
        verified=False,
    ),
    PresetExpert(
        "InternLM3-8B",
        "internlm/internlm3-8b-instruct",
        "general knowledge and reasoning",
        licence="Apache 2.0",
        source_of_facts="its files on the hub, commit 28c9941; transformers pull request 35694,"
        " still open",
        trust_remote_code=True,  # its configuration and tokenizer are code in the checkpoint
        caution="Its code is of early 2025 and was not run with transformers 5, which it may not"
        " know: try it before a pool rests on it.",
    ),
    PresetExpert(
        "Mathstral-7B",
        "mistralai/Mathstral-7B-v0.1",
        "mathematics and science",
        licence="Apache 2.0",
        source_of_facts="its README on the hub, commit 46577c0",
    ),
    PresetExpert(
        "Bio-Medical-Llama-3-8B",
        "ContactDoctor/Bio-Medical-Llama-3-8B",
        "medicine and biology",
        licence="Llama 3 Community License",
        source_of_facts="its files on the hub, commit 6038076, of 2024; changed since, not seen",
        caution="Not for medical use on patients.",
    ),
]

PAPER_EXPERTS = [
    replace(expert, top_p=1.0, top_k=0, min_p=0.0, repetition_penalty=1.0) for expert in _EXPERTS
]
