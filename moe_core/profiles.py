"""Profiles: how often each expert was right and wrong on each skill (paper, expert profiling)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from typing import Any, NamedTuple

import numpy as np

from moe_core.answer_signs import Signs
from moe_core.complements import Together
from moe_core.errors import RecruitingError
from moe_core.evidence import Evidence, Floats, folds_of
from moe_core.forecast import Forecast
from moe_core.memberships import Memberships
from moe_core.shares import FOLDS, Shares
from moe_core.values import Verdict

COMPETENCY_TEMPERATURE = 0.5  # g(e) = total ** (1 / temperature), normalised
PART = 2 / 3  # of the questions that others were asked: under it, it was asked only a part
HALF_RIGHT = 0.5  # a score from which a response counts as right, where counts are asked for
PRIOR_QUESTIONS = 20  # what a mean weighs against questions counted


class Cell(NamedTuple):
    """Validation questions of one skill that one expert got right and wrong."""

    right: int = 0
    wrong: int = 0

    @property
    def score(self) -> int:
        """The paper's score: +1 for a right answer, -1 otherwise."""
        return self.right - self.wrong


Cells = Mapping[str, Mapping[str, Cell]]
Scores = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Profile:
    """expert → skill → Cell. Every expert of the pool is present, perhaps without a skill.

    A question counts once per skill in `cells`, once in `answered` (expert → Cell), which is empty
    for a profile that was stored without it. `evidence` has the questions one by one, for policies
    that read more than counts; the others leave it out.
    """

    cells: Cells = field(default_factory=dict)
    answered: Mapping[str, Cell] = field(default_factory=dict)
    evidence: Evidence | None = None

    @classmethod
    def build(
        cls,
        experts: Iterable[str],
        observations: Iterable[tuple[Iterable[str], Mapping[str, Verdict]]],
    ) -> "Profile":
        """From (skills of a question, verdict of each expert's response) per question."""
        cells: dict[str, dict[str, Cell]] = {expert: {} for expert in experts}
        answered = dict.fromkeys(cells, Cell())
        for skills, verdicts in observations:
            _count(cells, list(skills), verdicts, sign=1)
            _count_answered(answered, verdicts, sign=1)
        return cls(cells, answered)

    @classmethod
    def of(cls, evidence: Evidence) -> "Profile":
        """The counts of evidence, with it."""
        observations = (
            (
                skills,
                {
                    expert: Verdict.CORRECT if right >= HALF_RIGHT else Verdict.INCORRECT
                    for expert, right in zip(evidence.experts, row, strict=True)
                    if not isnan(right)
                },
            )
            for skills, row in zip(evidence.skills, evidence.right.tolist(), strict=True)
        )
        counted = cls.build(evidence.experts, observations)
        return cls(counted.cells, counted.answered, evidence)

    def without(self, skills: Iterable[str], verdicts: Mapping[str, Verdict]) -> "Profile":
        """This profile as if one of its own questions had not been asked."""
        cells = {expert: dict(counted) for expert, counted in self.cells.items()}
        _count(cells, list(skills), verdicts, sign=-1)
        answered = dict(self.answered)
        if answered:
            _count_answered(answered, verdicts, sign=-1)
        return Profile(cells, answered)

    def of_experts(self, experts: Sequence[str]) -> "Profile":
        """The counts of some experts, in its own order."""
        cells = {expert: of for expert, of in self.cells.items() if expert in experts}
        return Profile(
            cells, {expert: of for expert, of in self.answered.items() if expert in cells}
        )

    @property
    def observed(self) -> Evidence:
        """The evidence. Raises RecruitingError for a profile that has only counts."""
        if self.evidence is None:
            raise RecruitingError(
                "this profile has counts only, not its questions one by one, which `ours` and the"
                " calibrated vote read: build it again"
            )
        return self.evidence

    @cached_property
    def forecast(self) -> Forecast:
        """How likely each expert is right on a question."""
        return Forecast(self.observed, self.memberships)

    @cached_property
    def memberships(self) -> Memberships | None:
        """To which domain a question belongs; None where the evidence has no domains."""
        evidence = self.observed
        if evidence.domains is None:
            return None
        return Memberships(evidence.domains, evidence.vectors)

    @cached_property
    def signs(self) -> Signs:
        """What right answers look like."""
        return Signs(self.observed)

    @cached_property
    def together(self) -> Together:
        """Who adds to whom."""
        return Together(self.observed)

    @cached_property
    def shares(self) -> Shares:
        """How much of each seat's log-odds counts beside others."""
        evidence = self.observed.graded()
        return Shares(evidence, _crossed_accuracies(evidence))

    @cached_property
    def kept(self) -> dict[str, Any]:
        """By name what comparators from the literature have fitted to it so far."""
        return {}

    @cached_property
    def skills(self) -> list[str]:
        """Every profiled skill, sorted."""
        return sorted({skill for cells in self.cells.values() for skill in cells})

    @cached_property
    def strongest(self) -> list[str]:
        """Experts by their share of right answers on the whole validation set, the best first.

        Who was right more often goes first of two equals, then the earlier one. Without `answered`
        each question counts once per skill.
        """
        totals = {
            expert: self.answered.get(expert, Cell()) if self.answered else _total(cells.values())
            for expert, cells in self.cells.items()
        }
        share = {e: cell.right / sum(cell) if sum(cell) else 0.0 for e, cell in totals.items()}
        return sorted(self.cells, key=lambda e: (-share[e], -totals[e].right))

    @cached_property
    def scores(self) -> Scores:
        """expert → skill → the paper's score.

        Of an expert that was asked fewer questions than others: its score, were it as right on as
        many, rounded.
        """
        return {
            expert: {
                skill: round(cell.score * self._times[expert]) for skill, cell in cells.items()
            }
            for expert, cells in self.cells.items()
        }

    @cached_property
    def _times(self) -> Mapping[str, float]:
        """How many times as many questions others were asked, of whoever was asked only a part."""
        seen = {expert: sum(self.answered.get(expert, Cell())) for expert in self.cells}
        most = max(seen.values(), default=0)
        return {e: most / n if 0 < n < PART * most else 1.0 for e, n in seen.items()}

    @cached_property
    def competency(self) -> Mapping[str, float]:
        """g(e) of every expert; see `competency_of`."""
        return competency_of(self.scores)

    def accuracy(self, expert: str, skills: Sequence[str]) -> float:
        """How likely the expert is right on a question of these skills, between 0 and 1, exclusive.

        What it got right and wrong on them, shrunk towards its mean over all skills, and that
        towards the pool's: a cell of three questions says little (empirical Bayes with
        PRIOR_QUESTIONS; not in the paper).
        """
        right, wrong = _total(self.cells[expert].get(skill, Cell()) for skill in skills)
        mean = self._means[expert]
        return (right + PRIOR_QUESTIONS * mean) / (right + wrong + PRIOR_QUESTIONS)

    @cached_property
    def _means(self) -> Mapping[str, float]:
        """Each expert's mean, shrunk towards the pool's: nobody is thought better for being new."""
        totals = {expert: _total(cells.values()) for expert, cells in self.cells.items()}
        right, wrong = _total(totals.values())
        pool = (right + 1) / (right + wrong + 2)
        return {
            expert: (total.right + PRIOR_QUESTIONS * pool) / (sum(total) + PRIOR_QUESTIONS)
            for expert, total in totals.items()
        }


def competency_of(scores: Scores) -> dict[str, float]:
    """g(e): each expert's total score, shifted to be positive, sharpened, normalised (paper, 3)."""
    totals = {expert: sum(of_skill.values()) for expert, of_skill in scores.items()}
    lowest = min(totals.values())
    shift = 1 - lowest if lowest < 0 else 0
    sharpened = {e: float(t + shift) ** (1 / COMPETENCY_TEMPERATURE) for e, t in totals.items()}
    scale = sum(sharpened.values())
    return {e: g / scale for e, g in sharpened.items()} if scale else dict.fromkeys(totals, 0.0)


def _crossed_accuracies(evidence: Evidence) -> Floats:
    """Each expert's accuracy on the skills of each question (n, e), by the other folds."""
    n = len(evidence.questions)
    found = np.zeros(evidence.right.shape)
    for test in folds_of(n, FOLDS):
        profile = Profile.of(evidence.only(np.setdiff1d(np.arange(n), test).tolist()))
        for row in test.tolist():
            skills = evidence.skills[row]
            found[row] = [profile.accuracy(expert, skills) for expert in evidence.experts]
    return found


def _total(cells: Iterable[Cell]) -> Cell:
    right = wrong = 0
    for cell in cells:
        right += cell.right
        wrong += cell.wrong
    return Cell(right, wrong)


def _count(
    counted: Mapping[str, dict[str, Cell]],
    skills: list[str],
    verdicts: Mapping[str, Verdict],
    sign: int,
) -> None:
    """Add one question's verdicts to the cells of its skills, or take them out (sign -1)."""
    for expert, verdict in verdicts.items():
        if verdict is Verdict.UNGRADED:
            continue
        cells = counted[expert]
        for skill in skills:
            new = _counted(cells.get(skill, Cell()), verdict, sign)
            if new == Cell():
                cells.pop(skill, None)
            else:
                cells[skill] = new


def _count_answered(answered: dict[str, Cell], verdicts: Mapping[str, Verdict], sign: int) -> None:
    for expert, verdict in verdicts.items():
        if verdict is not Verdict.UNGRADED:
            answered[expert] = _counted(answered.get(expert, Cell()), verdict, sign)


def _counted(cell: Cell, verdict: Verdict, sign: int) -> Cell:
    right = verdict is Verdict.CORRECT
    return Cell(cell.right + sign * right, cell.wrong + sign * (not right))
