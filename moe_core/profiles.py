"""Profiles: how often each expert was right and wrong on each skill (paper, expert profiling)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from moe_core.values import Verdict


class Cell(NamedTuple):
    """Validation questions of one skill that one expert got right and wrong."""

    right: int = 0
    wrong: int = 0

    @property
    def score(self) -> int:
        """The paper's score: +1 for a right answer, -1 otherwise."""
        return self.right - self.wrong


@dataclass
class Profile:
    """expert → skill → Cell. Every expert of the pool is present, perhaps without a skill."""

    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)

    @classmethod
    def build(
        cls,
        experts: Iterable[str],
        observations: Iterable[tuple[Iterable[str], Mapping[str, Verdict]]],
    ) -> "Profile":
        """From (skills of a question, verdict of each expert's response) per question."""
        profile = cls({expert: {} for expert in experts})
        for skills, verdicts in observations:
            profile._count(list(skills), verdicts, sign=1)
        return profile

    def without(self, skills: Iterable[str], verdicts: Mapping[str, Verdict]) -> "Profile":
        """This profile as if one of its own questions had not been asked."""
        copy = Profile({expert: dict(cells) for expert, cells in self.cells.items()})
        copy._count(list(skills), verdicts, sign=-1)
        return copy

    def _count(self, skills: list[str], verdicts: Mapping[str, Verdict], sign: int) -> None:
        for expert, verdict in verdicts.items():
            if verdict is Verdict.UNGRADED:
                continue
            right = verdict is Verdict.CORRECT
            cells = self.cells[expert]
            for skill in skills:
                old = cells.get(skill, Cell())
                new = Cell(old.right + sign * right, old.wrong + sign * (not right))
                if new == Cell():
                    cells.pop(skill, None)
                else:
                    cells[skill] = new

    @property
    def skills(self) -> list[str]:
        """Every profiled skill, sorted."""
        return sorted({skill for cells in self.cells.values() for skill in cells})

    def scores(self) -> dict[str, dict[str, int]]:
        """expert → skill → the paper's score."""
        return {
            expert: {skill: cell.score for skill, cell in cells.items()}
            for expert, cells in self.cells.items()
        }
