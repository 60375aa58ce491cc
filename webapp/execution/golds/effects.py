"""What experts answered to a question, and what another gold answer would change. Writes nothing.

Read in the web process: so a few hundred responses, by what is stated in them, and no algebra.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from moe_core import values
from moe_core.grading import canonical, grade, is_quick
from moe_core.values import Purpose, Verdict
from webapp.accounts.models import Team
from webapp.questions.golds import Gold
from webapp.questions.models import Question
from webapp.runs.models import Generation
from webapp.things.models import there_by

RESPONSES = 500  # looked at, the newest
READ = (Purpose.RESPOND.value, Purpose.PROFILE.value)


@dataclass(frozen=True)
class Stated:
    """An answer that experts gave, each in its newest response; None: they gave none."""

    answer: str | None
    experts: Sequence[str]


@dataclass(frozen=True)
class GoldEffect:
    """Of another gold answer on the responses in runs."""

    runs: int
    now_right: int
    now_wrong: int
    ungraded: int  # that leave grading
    open: int  # whose verdict takes algebra, which is told when they are graded

    @property
    def words(self) -> str:
        if not self.runs:
            return "No response of a run gets another verdict."
        told = [
            f"{n:,} {what}"
            for n, what in (
                (self.now_right, "right from then on"),
                (self.now_wrong, "wrong from then on"),
                (self.ungraded, "graded no more"),
                (self.open, "to be compared when graded"),
            )
            if n
        ]
        return f"In {self.runs:,} run{'s' if self.runs > 1 else ''}: responses {', '.join(told)}."


def stated_by_experts(team: Team, question: Question) -> list[Stated]:
    """What each expert answered last, the answers of most experts first."""
    newest: dict[int, Generation] = {}
    for row in _responses(team, question):
        newest.setdefault(row.expert_id, row)
    said: dict[str | None, list[Generation]] = defaultdict(list)
    for row in newest.values():
        said[None if row.counted is None else canonical(row.counted)].append(row)
    found = [
        Stated(rows[0].counted, sorted(row.expert.name for row in rows)) for rows in said.values()
    ]
    return sorted(found, key=lambda one: (-len(one.experts), one.answer or ""))


def effect_of(team: Team, question: Question, gold: Gold) -> GoldEffect:
    """What the verdicts of the team's runs would be by this gold answer."""
    runs = set()
    right = wrong = ungraded = still_open = 0
    for row in _responses(team, question):
        value = replace(
            question.value,
            gold=gold.answer,
            alternatives=gold.alternatives,
            scoring=row.run.scoring,
        )
        verdict = _verdict(value, row.stated)
        if verdict == row.verdict:
            continue
        runs.add(row.run_id)
        still_open += not verdict
        right += verdict == Verdict.CORRECT.value
        ungraded += verdict == Verdict.UNGRADED.value
        wrong += verdict in (Verdict.INCORRECT.value, Verdict.NO_ANSWER.value)
    return GoldEffect(len(runs), right, wrong, ungraded, still_open)


def _verdict(question: values.Question, stated: str | None) -> str:
    """Blank where telling it takes algebra."""
    return grade(question, stated).value if is_quick(question, stated) else ""


def _responses(team: Team, question: Question) -> list[Generation]:
    done = {"purpose__in": READ, "status": Generation.Status.DONE}
    rows = Generation.objects.filter(
        there_by("run"), answer__question=question, run__team=team, **done
    ).exclude(verdict="")
    return list(
        rows.select_related("run", "expert").defer("output", "prompt").order_by("-pk")[:RESPONSES]
    )
