"""A checkpoint's chat template, and whether it takes a question with an expert's options.

It is found where transformers' tokenizers look for it, and somebody else's program: so it runs in a
child process with limits (`render.py`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.experts.checks.settings import json_in

# Of transformers' apply_chat_template, what the engine gives itself or what would change the kind
# of the result; a test holds the list against the real one.
GIVEN = {
    *("conversation", "messages", "tools", "add_generation_prompt", "continue_final_message"),
    *("tokenize", "padding", "truncation", "max_length", "return_tensors", "return_dict"),
    *("return_assistant_tokens_mask", "tokenizer_kwargs"),
}
OWN_TEMPLATE = "chat_template"  # an argument of transformers', and a setting of ours
DEFAULT = "default"  # of several templates, the one that takes questions
FILE, MORE, PROCESSORS = "chat_template.jinja", "additional_chat_templates", "chat_template.json"
TOKENS = (
    "bos_token",
    "eos_token",
    "unk_token",
    "sep_token",
    "pad_token",
    "cls_token",
    "mask_token",
)
LARGEST = 2**20  # bytes of a template
SECONDS = 5  # for all of it, most of which starting the child takes
QUESTION = "What is 17 + 25?"
ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Found:
    """`text` is the template; where there is none, `problem` says why that is bad, if it is."""

    text: str = ""
    problem: str = ""


def clash(options: Mapping[str, Any] | None) -> str:
    """Whether options are given that are not the template's."""
    given = options.keys() if isinstance(options, Mapping) else set()
    if OWN_TEMPLATE in given:
        return f"Leave out {OWN_TEMPLATE}: the expert has a setting for it."
    if wrong := sorted(GIVEN & given):
        return f"Leave out {' and '.join(wrong)}: the engine sets that itself, for every prompt."
    return ""


def found(folder: Path, own: str = "", *, is_whole: bool = True, is_trusted: bool = False) -> Found:
    """The template that questions are put into: `own`, a text or the name of one of several, or
    the checkpoint's. Nothing where nobody can tell, as of files that are not all here."""
    there = template_in(folder)
    if own:
        there = there.get(own, own) if isinstance(there, dict) else own
    if isinstance(there, dict):
        if DEFAULT not in there:
            named = ", ".join(sorted(there))
            return Found(
                problem=f"It has several chat templates ({named}): give the name of one as its chat"
                " template."
            )
        there = there[DEFAULT]
    if there:
        return Found(there)
    if _builds_prompts_itself(folder, is_trusted):
        return Found()
    is_there = is_whole or (folder / "tokenizer_config.json").exists()
    return Found(problem=_none(folder) if is_there else "")


def template_in(folder: Path) -> str | dict[str, str]:
    """As a tokenizer has it, or several by name; empty where there is none."""
    files = {DEFAULT: folder / FILE} if (folder / FILE).exists() else {}
    files |= {file.stem: file for file in sorted((folder / MORE).glob("*.jinja"))}
    if files:
        texts = {name: _text(file) for name, file in files.items()}
        return texts[DEFAULT] if texts.keys() == {DEFAULT} else texts
    said = json_in(folder / "tokenizer_config.json").get("chat_template")
    if isinstance(said, list):
        return {one["name"]: one["template"] for one in said if {"name", "template"} <= {*one}}
    return said if isinstance(said, str) else ""


def special_tokens(folder: Path) -> dict[str, str]:
    """Tokens that templates write, by name."""
    said = json_in(folder / "special_tokens_map.json") | json_in(folder / "tokenizer_config.json")
    tokens = {name: said[name] for name in TOKENS if said.get(name)}
    return {
        name: str(token.get("content", "") if isinstance(token, Mapping) else token)
        for name, token in tokens.items()
    }


def refusal(template: str, variables: Mapping[str, Any], system: str = "") -> str:
    """Why it does not take a question, after a system prompt if there is one; empty if it does."""
    if len(template) > LARGEST:
        return f"Its chat template has more than {LARGEST:,} characters: is it one?"
    said = _said(template, variables, system)
    if said is None:
        return (
            "Its chat template does not come to an end with a short question, within"
            f" {SECONDS} seconds and a little memory: take another one."
        )
    if said["error"]:
        asked = "a system prompt, so leave that empty" if system else "a question"
        return f"Its chat template refuses {asked}: {said['error']}"
    if not said["is_asked"]:
        return (
            "Its chat template leaves the question out: it may be made for parts of text and"
            " pictures. Give it another chat template."
        )
    if system and not said["is_told"]:
        return "Its chat template leaves the system prompt out: leave it empty."
    return ""


def _said(template: str, variables: Mapping[str, Any], system: str) -> dict[str, Any] | None:
    """By the child; None where it was ended."""
    asked = {"question": QUESTION, "system": system, "parent": os.getpid()}
    task = {"template": template, "variables": variables, **asked}
    try:
        child = subprocess.run(
            [sys.executable, "-m", "webapp.experts.checks.render"],
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1"},  # no credentials
        )
    except subprocess.TimeoutExpired:
        return None
    said: dict[str, Any] | None = None if child.returncode else json.loads(child.stdout)
    return said


def _none(folder: Path) -> str:
    if (folder / PROCESSORS).exists():
        return (
            f"Its chat template is only in {PROCESSORS}, which tokenizers do not read: write its"
            f" text to {FILE} beside it."
        )
    return (
        "It has no chat template, so it cannot be asked anything: take the model that was tuned for"
        " instructions, or give it a chat template here."
    )


def _builds_prompts_itself(folder: Path, is_trusted: bool) -> bool:
    """Whether its tokenizer is Mistral's own (vllm/tokenizers/registry.py), or its own code."""
    if is_trusted and "auto_map" in json_in(folder / "tokenizer_config.json"):
        return True
    by_mistral = [*folder.glob("tekken.json"), *folder.glob("tokenizer.model.v*")]
    return bool(by_mistral and [*folder.glob("consolidated*.safetensors")])


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, ValueError):
        return ""
