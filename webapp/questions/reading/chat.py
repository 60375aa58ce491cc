"""Questions that are chat messages: [{"role": "system", "content": "…"}, {"role": "user", …}]."""

import json
from collections.abc import Sequence
from typing import Any

from webapp.files.errors import RowRefused
from webapp.questions.reading.cells import text_of

Message = dict[str, str]  # {"role", "content"}
# What files call who speaks → what chat templates do.
ROLES = {"system": "system", "developer": "system", "user": "user", "human": "user"}
ROLES |= {"assistant": "assistant", "gpt": "assistant", "model": "assistant"}
MOST_MESSAGES = 100


def chat_in(cell: Any) -> Any:
    """The list of messages that a text spells as JSON; any other cell as it is."""
    if isinstance(cell, str) and cell.lstrip().startswith("[") and '"role"' in cell:
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell


def is_chat(cell: Any) -> bool:
    """Whether a cell is a list of messages."""
    return isinstance(cell, list) and len(cell) > 0 and all(map(_is_message, cell))


def _is_message(value: Any) -> bool:
    names = value.keys() if isinstance(value, dict) else set()
    return {"role", "content"} <= names or {"from", "value"} <= names


def messages_of(cell: Sequence[Any], system: str = "") -> tuple[list[Message], str]:
    """The messages up to the last of the user's, and what the assistant answered to that.

    Raises RowRefused.
    """
    if len(cell) > MOST_MESSAGES:
        raise RowRefused(f"There are {len(cell)} messages; {MOST_MESSAGES} are allowed.")
    found = [{"role": "system", "content": system}] if system else []
    for value in cell:
        role = str(value.get("role") or value.get("from"))
        if role.lower() not in ROLES:
            raise RowRefused(f"A message is by {role[:40]!r}: known are {', '.join(ROLES)}.")
        content = _content(value.get("content", value.get("value")))
        found.append({"role": ROLES[role.lower()], "content": content})
    answer = found.pop()["content"] if found[-1]["role"] == "assistant" else ""
    if not found or found[-1]["role"] != "user" or not found[-1]["content"]:
        raise RowRefused("The last message is not the user's: end with the question.")
    return found, answer


def _content(value: Any) -> str:
    """A message's text, which may lie in parts."""
    if isinstance(value, list):
        if not all(isinstance(part, dict) and part.get("type") == "text" for part in value):
            raise RowRefused("A message holds something that is no text, such as a picture.")
        return "\n".join(text_of(part.get("text"), "message") for part in value)
    return text_of(value, "message")


def joined(messages: Sequence[Message]) -> str:
    """Messages as one text, for whoever reads the question without a chat template.

    Who speaks is told only where it is not plain from the order.
    """
    roles = [message["role"] for message in messages]
    if roles in (["user"], ["system", "user"]):
        return "\n\n".join(message["content"] for message in messages)
    return "\n\n".join(f"{m['role'].capitalize()}: {m['content']}" for m in messages)
