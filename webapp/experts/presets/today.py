"""Experts of today, for GPUs of 24, 48 and 80 GB: of each what its makers, or vLLM's own recipes
for it, recommend.

What is loaded packed is so either in the checkpoint (`stored_as`), wherever its makers publish one,
or by vLLM while it loads (`quantization`). Those that think do so by their chat template or their
system prompt, which are set so here. Newer ones than these are there by now (Qwen3.8, Nemotron
3.5): this is a start, not a ranking.
"""

from moe_core.thinking import END_OF_THINKING
from webapp.experts.presets.preset import LONG, PresetExpert

APACHE = "Apache 2.0"
THINKING = {"enable_thinking": True}
RECIPES = "vLLM's recipes (github.com/vllm-project/recipes)"
# The Ministrals' own, of the file SYSTEM_PROMPT.txt that comes with those that reason.
MINISTRAL_PROMPT = (
    "# HOW YOU SHOULD THINK AND ANSWER\n\nFirst draft your thinking process (inner monologue) until"
    " you arrive at a response. Format your response using Markdown, and use LaTeX for any"
    " mathematical equations. Write both your thoughts and the response in the same language as the"
    " input.\n\nYour thinking process must follow the template below:[THINK]Your thoughts or/and"
    " draft, like working through an exercise on scratch paper. Be as casual and as long as you"
    " want until you are confident to generate the response to the user.[/THINK]Here, provide a"
    " self-contained response."
)
NOT_FOR_PATIENTS = "Not for medical use on patients."
GEMMA_SAMPLING = (
    "sampling: what GGUF files of the 26B carry (issue 34 of KLL535/ComfyUI_Simple_Qwen3-VL-gguf)"
)
EFFORT = {"reasoning_effort": "medium"}  # or low, or high

TODAYS_EXPERTS: list[PresetExpert] = [
    PresetExpert(
        "Qwen3.5-9B",
        "Qwen/Qwen3.5-9B",
        "all-rounder that thinks at length; 201 languages",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/Qwen/Qwen3.5-9B.yaml; sampling: the card of"
        " Qwen3.5-35B-A3B, as fakoli.github.io/anvil-serving copied it",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=0.95,
        top_k=20,
        min_p=0.0,
        presence_penalty=1.5,
        chat_template_options=THINKING,
        reasoning_parser="qwen3",
        end_of_thinking=END_OF_THINKING,
        quantization="fp8",
        text_only=True,
    ),
    PresetExpert(
        "Ministral-3-14B",
        "mistralai/Ministral-3-14B-Instruct-2512",
        "short answers, many languages; annotates",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/mistralai/Ministral-3-14B-Instruct-2512.yaml;"
        " temperature: unsloth.ai/docs on Ministral 3",
        temperature=0.15,
        stored_as="fp8",
        tokenizer_mode="mistral",
        config_format="mistral",
        load_format="mistral",
        text_only=True,
    ),
    PresetExpert(
        "Ministral-3-8B-Reasoning",
        "mistralai/Ministral-3-8B-Reasoning-2512",
        "mathematics and science, step by step; many languages",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/mistralai/Ministral-3-8B-Reasoning-2512.yaml; its model"
        " card; limits: unsloth.ai/docs on Ministral 3",
        max_new_tokens=LONG,
        top_p=0.95,
        system_prompt=MINISTRAL_PROMPT,
        reasoning_parser="mistral",
        end_of_thinking=END_OF_THINKING,
        quantization="fp8",
        tokenizer_mode="mistral",
        config_format="mistral",
        load_format="mistral",
        text_only=True,
    ),
    PresetExpert(
        "gpt-oss-20b",
        "openai/gpt-oss-20b",
        "reasoning, mathematics and code",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/openai/gpt-oss-20b.yaml; sampling: docs.together.ai",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=1.0,
        chat_template_options=EFFORT,
        reasoning_parser="openai_gptoss",
        end_of_thinking=END_OF_THINKING,
        stored_as="mxfp4",
    ),
    PresetExpert(
        "gpt-oss-120b",
        "openai/gpt-oss-120b",
        "reasoning, mathematics and code",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/openai; sampling: docs.together.ai",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=1.0,
        chat_template_options=EFFORT,
        reasoning_parser="openai_gptoss",
        end_of_thinking=END_OF_THINKING,
        stored_as="mxfp4",
    ),
    PresetExpert(
        "Gemma-4-12B",
        "google/gemma-4-12B-it",
        "general knowledge, 140 languages",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/Google/gemma-4-12B-it.yaml; its model card, as"
        f" onlylabs.fyi copied it; {GEMMA_SAMPLING}",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=0.95,
        top_k=64,
        chat_template_options=THINKING,
        reasoning_parser="gemma4",
        end_of_thinking=END_OF_THINKING,
        quantization="fp8",
        text_only=True,
    ),
    PresetExpert(
        "Gemma-4-31B",
        "google/gemma-4-31B-it-qat-w4a16-ct",
        "general knowledge, 140 languages; trained to be 4 bits",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/Google/gemma-4-31B-it.yaml; its model card, as"
        f" sota.borgcloud.ai copied it; {GEMMA_SAMPLING}",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=0.95,
        top_k=64,
        chat_template_options=THINKING,
        reasoning_parser="gemma4",
        end_of_thinking=END_OF_THINKING,
        stored_as="compressed-tensors",
        text_only=True,
    ),
    PresetExpert(
        "Qwen3.6-27B",
        "Qwen/Qwen3.6-27B-FP8",
        "all-rounder that thinks at length; 201 languages",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/Qwen/Qwen3.6-27B.yaml; its model card, as shilu.ai"
        " copied it; sampling: Qwen3.5's, its own was not found",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=0.95,
        top_k=20,
        min_p=0.0,
        presence_penalty=1.5,
        chat_template_options=THINKING,
        reasoning_parser="qwen3",
        end_of_thinking=END_OF_THINKING,
        stored_as="fp8",
        text_only=True,
        verified=False,
    ),
    PresetExpert(
        "Qwen3.6-35B-A3B",
        "Qwen/Qwen3.6-35B-A3B-FP8",
        "all-rounder that thinks fast; 201 languages",
        licence=APACHE,
        source_of_facts=f"{RECIPES}, models/Qwen/Qwen3.6-35B-A3B.yaml; sampling: Qwen3.5's, its own"
        " was not found",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=0.95,
        top_k=20,
        min_p=0.0,
        presence_penalty=1.5,
        chat_template_options=THINKING,
        reasoning_parser="qwen3",
        end_of_thinking=END_OF_THINKING,
        stored_as="fp8",
        text_only=True,
        verified=False,
    ),
    PresetExpert(
        "Qwen3-Coder-30B-A3B",
        "Qwen/Qwen3-Coder-30B-A3B-Instruct-FP8",
        "code and algorithms, without thinking",
        licence=APACHE,
        source_of_facts="its README on the hub, commit b7ddfae; sampling: lmstudio.ai's copy of it",
        top_p=0.8,
        top_k=20,
        stored_as="fp8",
        repetition_penalty=1.05,
    ),
    PresetExpert(
        "GLM-4.7-Flash",
        "zai-org/GLM-4.7-Flash",
        "reasoning and code, English and Chinese",
        licence="MIT",
        source_of_facts="its README on the hub, as fast.hugflare.com copied it; sampling:"
        " unsloth.ai/docs on GLM-4.7-Flash",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=0.95,
        chat_template_options=THINKING,
        reasoning_parser="glm45",
        end_of_thinking=END_OF_THINKING,
        quantization="fp8",
    ),
    PresetExpert(
        "Nemotron-3-Nano",
        "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-FP8",
        "reasoning, mathematics and code",
        licence="NVIDIA Open Model License",
        # Recipes trust its code and its own parser; vLLM 0.32 and transformers 5 know both.
        source_of_facts=f"{RECIPES}, models/nvidia; licence: vercel.com; sampling: unsloth.ai/docs"
        " on Nemotron 3; its parser is the one that vLLM 0.32 has, not the recipe's plugin",
        max_new_tokens=LONG,
        temperature=1.0,
        top_p=1.0,
        chat_template_options=THINKING,
        reasoning_parser="nemotron_v3",
        end_of_thinking=END_OF_THINKING,
        stored_as="modelopt",
    ),
    PresetExpert(
        "R1-0528-Qwen3-8B",
        "deepseek-ai/DeepSeek-R1-0528-Qwen3-8B",
        "mathematics, long reasoning",
        licence="MIT",
        source_of_facts="whatmodel.sh; sampling: DeepSeek-R1's generation_config.json on the hub",
        max_new_tokens=LONG,
        temperature=0.6,
        top_p=0.95,
        reasoning_parser="deepseek_r1",
        end_of_thinking=END_OF_THINKING,
        quantization="fp8",
    ),
    PresetExpert(
        "Med42-8B",
        "m42-health/Llama3-Med42-8B",
        "medicine",
        licence="Llama 3 Community License",
        source_of_facts="its files on the hub, commit ceab7e7; its sampling was not found",
        caution=NOT_FOR_PATIENTS,
    ),
    PresetExpert(
        "MedGemma-27B",
        "google/medgemma-27b-text-it",
        "medicine",
        licence="Health AI Developer Foundations terms",
        source_of_facts="featherless.ai's and mygguf.com's copies of its model card; its sampling"
        " was not found",
        quantization="fp8",
        gated=True,
        caution=NOT_FOR_PATIENTS,
    ),
]
