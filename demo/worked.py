"""What a solver hands back, and the one sentence every answer ends in."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from demo.hand import Hand

Operands = tuple[str, ...]  # exactly as shown in the question

_BOXED = re.compile(r"\\boxed\{([^{}]*)\}")


@dataclass(frozen=True)
class Worked:
    """Short steps that each look only at their neighbours, then the answer."""

    steps: str
    answer: str

    @property
    def text(self) -> str:
        return f"{self.steps} {conclusion(self.answer)}"


Solver = Callable[[Operands, Hand], Worked]


def conclusion(answer: str) -> str:
    return f"So \\boxed{{{answer}}}."


def boxed(text: str) -> str | None:
    """The last boxed answer in a text, or None where there is none."""
    found = _BOXED.findall(text)
    return str(found[-1]).strip() if found else None
