"""A checkpoint's chat template, and whether it takes a question with an expert's options.

It is found where transformers' tokenizers look for it, and somebody else's program: so it runs in a
child process with limits (`render.py`).
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
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
OWN_TEMPLATE = "chat_template"  # an option: another template than the checkpoint's
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


def clash(options: Mapping[str, Any]) -> str:
    """Whether options are given that are not the template's."""
    wrong = sorted(GIVEN & options.keys()) if isinstance(options, Mapping) else []
    if not wrong:
        return ""
    return f"Leave out {' and '.join(wrong)}: the engine sets that itself, for every prompt."


def problem(
    folder: Path, options: Mapping[str, Any], *, is_whole: bool = True, is_trusted: bool = False
) -> str:
    """Whether a question cannot be put into the template; empty too where nobody can tell, as of
    files that are not all here."""
    found = template_in(folder)
    if isinstance(own := options.get(OWN_TEMPLATE), str):
        found = found.get(own, own) if isinstance(found, dict) else own
    if isinstance(found, dict):
        if DEFAULT not in found:
            named = ", ".join(sorted(found))
            return f"It has several chat templates: give one as {OWN_TEMPLATE}, of {named}."
        found = found[DEFAULT]
    if found:
        others = {name: value for name, value in options.items() if name != OWN_TEMPLATE}
        return _tried(found, {**special_tokens(folder), **others})
    if _builds_prompts_itself(folder, is_trusted):
        return ""
    return _none(folder) if is_whole or (folder / "tokenizer_config.json").exists() else ""


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


def _tried(template: str, variables: Mapping[str, Any]) -> str:
    """What the child says of it."""
    if len(template) > LARGEST:
        return f"Its chat template has more than {LARGEST:,} characters: is it one?"
    task = json.dumps({"template": template, "variables": variables, "question": QUESTION})
    try:
        child = subprocess.run(
            [sys.executable, "-m", "webapp.experts.checks.render"],
            input=task,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1"},  # no credentials
        )
    except subprocess.TimeoutExpired:
        child = None
    if child is None or child.returncode:
        return (
            "Its chat template does not come to an end with a short question, within"
            f" {SECONDS} seconds and a little memory: take another one."
        )
    said: dict[str, Any] = json.loads(child.stdout)
    if said["error"]:
        return f"Its chat template refuses a question: {said['error']}"
    if not said["is_asked"]:
        return (
            "Its chat template leaves the question out: it may be made for parts of text and"
            f" pictures. Give another one as {OWN_TEMPLATE} among the options."
        )
    return ""


def _none(folder: Path) -> str:
    if (folder / PROCESSORS).exists():
        return (
            f"Its chat template is only in {PROCESSORS}, which tokenizers do not read: write its"
            f" text to {FILE} beside it."
        )
    return (
        "It has no chat template, so it cannot be asked anything: take the model that was tuned for"
        f" instructions, or give a template as {OWN_TEMPLATE} among the options."
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
