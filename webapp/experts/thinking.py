"""Whether an expert thinks before it answers, and how it is told not to."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from webapp.experts.memory.sources import folder_of
from webapp.experts.models import Expert

# Options of chat templates that turn thinking on and off.
SWITCHES = ("enable_thinking", "thinking")
# In a template only this one is surely the option: the other is a common word.
SWITCHED = re.compile(rf"\b{SWITCHES[0]}\b")
EFFORT = "reasoning_effort"  # an option of those that can only be told to think little


def thinks(expert: Expert) -> bool:
    """As far as can be told: its template knows the end of thinking, or cannot be read here."""
    if not expert.end_of_thinking or is_off(expert.chat_template_options):
        return False
    if expert.reasoning_parser:
        return True
    template = chat_template(expert)
    return not template or expert.end_of_thinking in template or bool(SWITCHED.search(template))


def is_off(options: Mapping[str, Any] | None) -> bool:
    """Whether options of a chat template turn thinking off."""
    return any((options or {}).get(switch) is False for switch in SWITCHES)


def switch_off(expert: Expert) -> dict[str, bool]:
    """The option that turns its thinking off; nothing where none is known."""
    known = [switch for switch in SWITCHES if switch in expert.chat_template_options]
    if not known and SWITCHED.search(chat_template(expert)):
        known = [SWITCHES[0]]
    return dict.fromkeys(known, False)


def think_little(expert: Expert) -> dict[str, Any]:
    """The options with which it thinks least; nothing where none are known."""
    if EFFORT in expert.chat_template_options or EFFORT in chat_template(expert):
        return {EFFORT: "low"}
    return dict(switch_off(expert))


def is_known(expert: Expert) -> bool:
    """Whether it can be told at all if it thinks."""
    return bool(expert.reasoning_parser or chat_template(expert))


def chat_template(expert: Expert) -> str:
    """Its own, or that of its files on this machine; empty where there are none."""
    if "{" in expert.chat_template:  # and not the name of one of several
        return expert.chat_template
    folder = None if expert.is_endpoint else folder_of(expert.source, expert.revision)
    if folder is None:
        return ""
    try:
        own = folder / "chat_template.jinja"
        return own.read_text() if own.exists() else _in_config(folder)
    except (OSError, ValueError):
        return ""


def _in_config(folder: Path) -> str:
    """One text, or several by name."""
    found = json.loads((folder / "tokenizer_config.json").read_text())
    template = found.get("chat_template") if isinstance(found, dict) else None
    if isinstance(template, list):
        return json.dumps(template)
    return template if isinstance(template, str) else ""
