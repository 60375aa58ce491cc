"""Chat templates that refuse a question, and those of somebody with bad intentions."""

import inspect
import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DEMO
from webapp.experts.checks import templates
from webapp.experts.checks.render import rendered
from webapp.experts.checks.templates import (
    GIVEN,
    OWN_TEMPLATE,
    clash,
    found,
    refusal,
    special_tokens,
    template_in,
)

PLAIN = "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}{% endfor %}"
STEPS = """{%- for message in messages %}
    {%- if loop.index > 9 %}{% break %}{% endif %}
    {% generation %}{{ message.content | trim }}{% endgeneration %}
    {{ message | tojson }} {{ strftime_now("%Y") }} {{ eos_token }} {{ thinking | default("off") }}
{%- endfor %}{% if add_generation_prompt %} <answer>{% endif %}"""
END = {"__type": "AddedToken", "content": "</s>", "lstrip": False, "rstrip": False}
PARTS = "{% for m in messages %}{% for p in m.content %}{{ p.text }}{% endfor %}{% endfor %}"
LONG = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
LARGE = "{% set x = ['a' * 99999999] %}{{ x[0] * 9 }}"
BREAKS_OUT = "{{ messages.__class__.__base__.__subclasses__() }}"


def folder_with(folder: Path, template: Any = None, **files: str) -> Path:
    said = {"chat_template": template, "bos_token": "<s>", "eos_token": END}
    (folder / "tokenizer_config.json").write_text(json.dumps(said))
    for name, text in files.items():
        (folder / name.replace("__", "/")).parent.mkdir(exist_ok=True)
        (folder / name.replace("__", "/")).with_suffix(".jinja").write_text(text)
    return folder


def problem(folder: Path, options: dict[str, Any], own: str = "", system: str = "") -> str:
    there = found(folder, own)
    return there.problem or (
        refusal(there.text, special_tokens(folder) | options, system) if there.text else ""
    )


@pytest.mark.parametrize(
    ("template", "options", "words"),
    [
        (PLAIN, {}, ""),
        (STEPS, {"thinking": False}, ""),
        ("{{ raise_exception('Conversation roles must alternate') }}", {}, "roles must alternate"),
        ("{{ 1 + messages }}", {}, "TypeError"),
        ("{{ nobody.name }}", {}, "'nobody' is undefined"),
        ("{% for %}", {}, "refuses a question: Expected"),
        (PARTS, {}, "leaves the question out"),
        (BREAKS_OUT, {}, "is unsafe"),
        (PLAIN, {"bos_token": {"a": 1}}, ""),
        ("{{ depth + 1 }}" + PLAIN, {"depth": "deep"}, "TypeError"),
        (None, {}, "It has no chat template"),
        ([{"name": "default", "template": PLAIN}], {}, ""),
        (
            [{"name": "rag", "template": PLAIN}, {"name": "tool", "template": PLAIN}],
            {},
            "rag, tool",
        ),
    ],
)
def test_what_a_template_says_to_a_question(
    tmp_path: Path, template: Any, options: dict[str, Any], words: str
) -> None:
    told = problem(folder_with(tmp_path, template), options)
    assert words in told and bool(told) is bool(words)


@pytest.mark.parametrize(
    ("template", "own", "words"),
    [
        (None, PLAIN, ""),
        (PLAIN, "{{ 1 + messages }}", "TypeError"),
        ([{"name": "rag", "template": PLAIN}], "rag", ""),
        ([{"name": "rag", "template": "{{ 1 }}"}], "rag", "leaves the question out"),
        ([{"name": "rag", "template": "{{ 1 }}"}], PLAIN, ""),
    ],
)
def test_a_template_of_the_teams_own(tmp_path: Path, template: Any, own: str, words: str) -> None:
    told = problem(folder_with(tmp_path, template), {}, own)
    assert words in told and bool(told) is bool(words)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (PLAIN, ""),
        ("{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}" + PLAIN,
         "refuses a system prompt, so leave that empty: no"),
        ("{{ messages[-1].content }}", "leaves the system prompt out"),
    ],
)  # fmt: skip
def test_a_place_for_the_system_prompt(tmp_path: Path, template: str, words: str) -> None:
    folder = folder_with(tmp_path, template)
    assert problem(folder, {}) == ""
    told = problem(folder, {}, system="You are brief.")
    assert words in told and bool(told) is bool(words)


@pytest.mark.parametrize("template", [LONG, LARGE])
def test_a_template_that_takes_too_much(tmp_path: Path, template: str) -> None:
    began = time.monotonic()
    assert "does not come to an end" in problem(folder_with(tmp_path, template), {})
    assert time.monotonic() - began < templates.SECONDS + 2


def test_a_template_that_is_only_for_processors(tmp_path: Path) -> None:
    (folder_with(tmp_path) / "chat_template.json").write_text(json.dumps({"chat_template": PLAIN}))
    assert "only in chat_template.json" in problem(tmp_path, {})


def test_tokenizers_that_build_prompts_themselves(tmp_path: Path) -> None:
    assert problem(folder_with(tmp_path), {})
    (tmp_path / "tekken.json").write_text("{}")
    (tmp_path / "consolidated.safetensors").write_text("")
    assert problem(tmp_path, {}) == ""


@pytest.mark.parametrize("name", ["tokenize", "messages", "tools", "add_generation_prompt"])
def test_options_that_are_the_engines(name: str) -> None:
    assert f"Leave out {name}" in clash({name: True, "enable_thinking": False})
    assert clash({"enable_thinking": False}) == clash(None) == ""


def test_a_template_is_no_option() -> None:
    assert "has a setting for it" in clash({OWN_TEMPLATE: PLAIN})


def test_every_option_of_the_real_one_is_known() -> None:
    """What transformers' apply_chat_template takes by name is the engine's, or the template's."""
    from transformers import PreTrainedTokenizerBase

    taken = set(inspect.signature(PreTrainedTokenizerBase.apply_chat_template).parameters)
    assert taken - {"self", "kwargs"} == (GIVEN - {"messages"}) | {OWN_TEMPLATE, "documents"}


@pytest.mark.parametrize(
    "layout",
    [
        {"template": PLAIN},
        {"template": STEPS},
        {"template": "old", "chat_template": STEPS},
        {"template": [{"name": "default", "template": PLAIN}, {"name": "rag", "template": STEPS}]},
        {"chat_template": PLAIN, "additional_chat_templates__rag": STEPS},
        {"template": None},
    ],
)
def test_templates_are_found_and_written_as_by_a_real_tokenizer(
    tmp_path: Path, layout: dict[str, Any]
) -> None:
    from transformers import AutoTokenizer

    folder = folder_with(tmp_path, **layout)
    (folder / "tokenizer.json").write_text((DEMO / "experts/tiny-01/tokenizer.json").read_text())
    (folder / "config.json").write_text((DEMO / "experts/tiny-01/config.json").read_text())
    real = AutoTokenizer.from_pretrained(str(folder))
    found = template_in(folder)
    assert found == (real.chat_template or "")
    if found:
        chosen = found["default"] if isinstance(found, dict) else found
        ours = rendered(chosen, templates.special_tokens(folder) | {"thinking": "on"}, "Why?")
        asked = [{"role": "user", "content": "Why?"}]
        assert ours == real.apply_chat_template(
            asked, add_generation_prompt=True, tokenize=False, thinking="on"
        )
