"""Outputs that nobody can read, as a broken checkpoint or a wrong number format gives them."""

from moe_core.engine import Completion, EngineError
from webapp.experts.models import Expert

IN_A_ROW = 16  # unreadable outputs, after which the expert is to blame and not a question
SHOWN = 20  # characters


class Unreadable(EngineError):
    """An expert writes garbage, and goes on doing so. Others of its checkpoint may not: their
    settings differ."""

    def __init__(self, expert: Expert, why: str) -> None:
        super().__init__(f"{expert} cannot be used: {why}")
        self.expert = expert


def is_readable(completion: Completion) -> bool:
    """Whether it holds a letter or a digit of any script.

    Logits that are not numbers make a model repeat its first token, often an exclamation mark.
    """
    return any(character.isalnum() for character in completion.text)


def complaint(completion: Completion) -> str:
    """What to say of an unreadable one."""
    shown = completion.text.strip()[:SHOWN]
    return f"the expert wrote nothing but {shown!r}" if shown else "the expert wrote nothing"
