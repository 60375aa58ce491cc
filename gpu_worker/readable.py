"""Outputs that nobody can read, as a broken checkpoint or a wrong number format gives them."""

from dataclasses import replace

from moe_core.engine import Completion, EngineError

IN_A_ROW = 16  # unreadable outputs, after which the expert is to blame and not a question
SHOWN = 20  # characters


class Unreadable(EngineError):
    """The expert writes garbage, and goes on doing so."""


def checked(completion: Completion) -> Completion:
    """The completion, with an error if it holds no letter and no digit of any script.

    Logits that are not numbers make a model repeat its first token, often an exclamation mark.
    """
    if completion.error or any(character.isalnum() for character in completion.text):
        return completion
    shown = completion.text.strip()[:SHOWN]
    what = f"nothing but {shown!r}" if shown else "nothing"
    return replace(completion, text="", error=f"the expert wrote {what}")
