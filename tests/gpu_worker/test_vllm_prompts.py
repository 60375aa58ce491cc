"""Prompts for real tokenizers, and outputs through vLLM's own reasoning parsers."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from moe_core.engine import Prompt
from moe_core.thinking import Parted, part
from tests.conftest import DEMO

TINY = DEMO / "experts" / "tiny-01"
MARKS = {  # parser → how its models mark their thinking
    "qwen3": ("<think>", "</think>"),
    "glm45": ("<think>", "</think>"),
    "nemotron_v3": ("<think>", "</think>"),
    "deepseek_r1": ("<think>", "</think>"),
    "gemma4": ("<|channel>thought\n", "<channel|>"),
    "mistral": ("[THINK]", "[/THINK]"),
}
ADDED = [  # of the tokenizers of these models: ours lacks them
    *("<think>", "</think>", "<|channel>", "<channel|>", "[THINK]", "[/THINK]", "[TOOL_CALLS]"),
    *("[ARGS]", "<|tool_call>", "<tool_call|>", '<|"|>', "<tool_call>", "</tool_call>"),
    *("<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>", "<turn|>", "<|turn>"),
    *("<|im_end|>", "<|im_start|>"),
]
SPECIAL = ["<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|return|>", "[unused]"]

pytestmark = pytest.mark.slow  # vllm is imported


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """As vLLM makes it; it keeps what it found in it at first."""
    from transformers import AutoTokenizer
    from vllm.tokenizers import get_tokenizer

    folder = str(tmp_path_factory.mktemp("tokenizer"))
    made: Any = AutoTokenizer.from_pretrained(str(TINY))
    made.add_tokens(ADDED)
    made.add_special_tokens({"additional_special_tokens": SPECIAL})
    made.save_pretrained(folder)
    return get_tokenizer(folder)


def prompts_of(tokenizer: Any, **said: Any) -> Any:
    """Of a model whose generation_config says so."""
    from gpu_worker.vllm_prompts import Prompts

    config = SimpleNamespace(max_model_len=1024, get_diff_sampling_param=lambda: said)
    llm: Any = SimpleNamespace(get_tokenizer=lambda: tokenizer, model_config=config)
    return Prompts(llm)


@pytest.fixture
def prompts(tokenizer: Any) -> Callable[..., Any]:
    return partial(prompts_of, tokenizer)


def prompt(**settings: Any) -> Prompt:
    given = {"temperature": None, "max_tokens": 10, "seed": 0} | settings
    return Prompt(1, "What is 3 * 4?", **given)


def written(tokenizer: Any, text: str) -> Any:
    ids = tokenizer.encode(text, add_special_tokens=False)
    return SimpleNamespace(text=text, token_ids=ids)


@pytest.mark.parametrize("name", MARKS)
def test_thinking_is_parted_by_parsers_of_vllm(
    prompts: Callable[..., Any], tokenizer: Any, name: str
) -> None:
    begin, end = MARKS[name]
    to = prompts()
    asked = to.asked(prompt(reasoning_parser=name, end_of_thinking="</think>"))
    for output, parted in (
        (f"{begin}Three fours.{end}The answer is 12.", Parted("Three fours.", "The answer is 12.")),
        (f"{begin}Three fours, so", Parted("Three fours, so", "", is_finished=False)),
    ):
        found = part(to.text(asked, written(tokenizer, output)))
        assert (found.thinking, found.text.strip()) == (parted.thinking, parted.text), output
        assert found.is_finished == parted.is_finished


def test_a_parser_is_told_that_thinking_is_off(prompts: Callable[..., Any], tokenizer: Any) -> None:
    to = prompts()
    off = prompt(
        reasoning_parser="qwen3",
        end_of_thinking="</think>",
        chat_template_options={"enable_thinking": False},
    )
    assert to.text(to.asked(off), written(tokenizer, "Just 12.")) == "Just 12."


def test_channels_are_read_without_a_download(prompts: Callable[..., Any], tokenizer: Any) -> None:
    to = prompts()
    asked = to.asked(prompt(reasoning_parser="openai_gptoss", end_of_thinking="</think>"))
    assert not asked.sampling.skip_special_tokens
    output = (
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>12"
    )
    assert to.text(asked, written(tokenizer, output)) == "<think>Hm.</think>12"


def test_marks_that_are_special_tokens_are_kept(prompts: Callable[..., Any]) -> None:
    to = prompts()
    for end, skips in (("</think>", True), ("[unused]", False), ("", True)):
        assert to.asked(prompt(end_of_thinking=end)).sampling.skip_special_tokens is skips
    gemma = prompt(reasoning_parser="gemma4", end_of_thinking="</think>")
    assert not to.asked(gemma).sampling.skip_special_tokens


def test_what_the_template_begins_begins_the_output(
    prompts: Callable[..., Any], tokenizer: Any
) -> None:
    to = prompts()
    template = (
        "{{ messages[0].content }}{% if on %}<think>\n{% else %}<think>\n\n</think>\n{% endif %}"
    )
    for is_on, text in ((True, "<think>So 12"), (False, "So 12")):
        options = {"chat_template": template, "on": is_on}
        asked = to.asked(prompt(chat_template_options=options, end_of_thinking="</think>"))
        assert to.text(asked, written(tokenizer, "So 12")) == text
    cut_off = part("<think>So 12")
    assert not cut_off.is_finished and cut_off.text == ""


def test_a_parser_that_does_not_fit_is_refused_before_anything_is_written() -> None:
    """Its marks are no tokens of the model's."""
    from vllm.tokenizers import get_tokenizer

    plain = prompts_of(get_tokenizer(str(TINY)))
    with pytest.raises(Exception, match="could not locate think start/end tokens"):
        plain.asked(prompt(reasoning_parser="deepseek_r1", end_of_thinking="</think>"))


def test_sampling_is_as_asked_for_and_else_as_the_checkpoint_says(
    prompts: Callable[..., Any],
) -> None:
    asks = {"temperature": 0.6, "top_p": 0.95, "top_k": 20, "max_tokens": 3}
    sampling = prompts(**asks).asked(prompt()).sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k) == (0.6, 0.95, 20)
    assert (sampling.max_tokens, sampling.min_p) == (10, 0.0)
    own = prompt(temperature=1.2, sampling={"top_p": 1.0, "min_p": 0.1})
    sampling = prompts(**asks).asked(own).sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k) == (1.2, 1.0, 20)
    assert sampling.min_p == 0.1
    sampling = prompts().asked(prompt()).sampling
    assert (sampling.temperature, sampling.top_p, sampling.top_k) == (0.7, 1.0, 0)


def test_the_system_prompt_comes_first(prompts: Callable[..., Any], tokenizer: Any) -> None:
    template = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
    options = {"chat_template": template}
    asked = prompts().asked(prompt(chat_template_options=options, system="Be brief."))
    said = tokenizer.decode(asked.tokens["prompt_token_ids"])
    assert said.index("Be brief.") < said.index("What is 3 * 4?") and "[system]" in said


def test_a_real_generation_config_is_read(tmp_path: Path) -> None:
    """By vLLM itself, as it is when an expert loads."""
    from vllm.config import ModelConfig

    folder = tmp_path / "expert"
    shutil.copytree(TINY, folder)
    said = {"temperature": 0.4, "top_k": 7, "repetition_penalty": 1.1, "max_new_tokens": 5}
    (folder / "generation_config.json").write_text(json.dumps({"do_sample": True, **said}))
    found = ModelConfig(model=str(folder)).get_diff_sampling_param()
    assert found.pop("max_tokens", 5) == 5
    assert found == {"temperature": 0.4, "top_k": 7, "repetition_penalty": 1.1}


def test_mistrals_own_tokenizer_builds_prompts_without_a_template(tmp_path: Path) -> None:
    """Its package carries one."""
    import mistral_common
    from vllm.tokenizers import get_tokenizer

    data = Path(mistral_common.__file__).parent / "data"
    (tmp_path / "tekken.json").write_bytes((data / "tekken_240911.json").read_bytes())
    made: Any = get_tokenizer(str(tmp_path), tokenizer_mode="mistral")
    own = prompt(system="Be brief.", end_of_thinking="[/THINK]", chat_template_options={"a": 1})
    asked = prompts_of(made).asked(own)
    tokens = asked.tokens["prompt_token_ids"]
    assert tokens[0] == made.bos_token_id and tokens.count(made.bos_token_id) == 1
    assert "Be brief." in made.decode(tokens) and asked.begun == ""
