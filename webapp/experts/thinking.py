"""Whether an expert thinks before it answers, how it is told not to, and what a try may write."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from webapp.experts.memory.sources import folder_of
from webapp.experts.models import Expert

LIMIT = 512  # new tokens of a try: enough to see what an expert is like, and soon over
LIMIT_OF_THINKING = 4096
SWITCHES = (
    "enable_thinking",
    "thinking",
)  # options of chat templates that turn thinking on and off
# In a template only this one is surely the option: the other is a common word.
SWITCHED = re.compile(rf"\b{SWITCHES[0]}\b")


def thinks(expert: Expert) -> bool:
    """As far as can be told: its template knows the end of thinking, or cannot be read here."""
    if not expert.end_of_thinking or is_off(expert.chat_template_options):
        return False
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


def usual_limit(expert: Expert) -> int:
    """New tokens that a try may have unless somebody says otherwise."""
    return min(expert.max_new_tokens, LIMIT_OF_THINKING if thinks(expert) else LIMIT)


def chat_template(expert: Expert) -> str:
    """Of the files that are on this machine; empty where there are none, as of endpoints."""
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
