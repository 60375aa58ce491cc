"""Outputs that nobody can read, as a broken checkpoint or a wrong number format gives them, or a
question that asks for them.

What an expert writes for a run is judged within that run: after sixteen such outputs in a row the
run goes on without it. No run speaks for the others. For them the worker asks the expert a question
of its own (`plain_question.py`), unless somebody else can read what it writes; only if that is
answered as badly is the expert given up for all.
"""

from dataclasses import dataclass, field

from moe_core.engine import Completion, EngineError
from webapp.experts.models import Expert
from webapp.queue.claims import Whose

IN_A_ROW = 16  # unreadable outputs, after which a run loses the expert
SHOWN = 20  # characters


class Unreadable(EngineError):
    """An expert writes garbage, whoever asks. Others of its checkpoint may not: their settings
    differ."""

    def __init__(self, expert: Expert, why: str) -> None:
        super().__init__(f"{expert} cannot be used: {why}")
        self.expert = expert


@dataclass
class Readings:
    """What is read of one visit's outputs."""

    lost: dict[Whose, str] = field(default_factory=dict)  # and why
    unheeded: list[Whose] = field(default_factory=list)  # of these, nothing was done about it yet
    _doubtful: dict[Whose, list[Completion]] = field(default_factory=dict)  # unreadable, in a row
    _read: set[Whose] = field(default_factory=set)

    def add(self, whose: Whose, completion: Completion) -> list[Completion]:
        """What can be stored now. One unreadable output is an odd one, and no answer."""
        if completion.error:
            return [completion]
        row = self._doubtful.setdefault(whose, [])
        row.append(completion)
        if is_readable(completion):
            self._read.add(whose)
            return self._doubtful.pop(whose)
        if len(row) < IN_A_ROW and whose not in self.lost:
            return []
        if whose not in self.lost:
            self._read.discard(whose)
            self.lost[whose] = complaint(completion)
            self.unheeded.append(whose)
        return [Completion(of.id, error=self.lost[whose]) for of in self._doubtful.pop(whose)]

    def rest(self) -> list[Completion]:
        """Too few in a row to tell anything."""
        rest = [completion for row in self._doubtful.values() for completion in row]
        self._doubtful = {}
        return rest

    def is_sound(self, expert: int) -> bool:
        """Whether some run can read what it writes, one that has not lost it."""
        return any(whose.expert == expert for whose in self._read)


def is_readable(completion: Completion) -> bool:
    """Whether it holds a letter or a digit of any script.

    Logits that are not numbers make a model repeat its first token, often an exclamation mark.
    """
    return any(character.isalnum() for character in completion.text)


def complaint(completion: Completion) -> str:
    """What to say of an unreadable one."""
    shown = completion.text.strip()[:SHOWN]
    return f"the expert wrote nothing but {shown!r}" if shown else "the expert wrote nothing"
