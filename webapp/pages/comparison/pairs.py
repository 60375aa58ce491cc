"""Two runs over one question set, question by question; `counts` sums them up."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet, TextChoices, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Left
from django.http import QueryDict

from moe_core.values import Purpose, Verdict
from webapp.pages.shared.addresses import text_param
from webapp.runs.models import Answer, Generation, Run

PREVIEW = 160  # characters of a question
OFFERED = 50  # runs to compare a run with
RIGHT = [Verdict.CORRECT.value]
WRONG = [Verdict.INCORRECT.value, Verdict.NO_ANSWER.value, Verdict.TOO_COSTLY.value]
OPEN = ""
LEFT = [OPEN, Verdict.UNGRADED.value]


class State(TextChoices):
    """What became of a question from the first run to the second."""

    GAINED = "gained"
    LOST = "lost"
    RIGHT = "right"
    WRONG = "wrong"
    LEFT_OUT = "left out"  # ungraded, or without a verdict, in one of them: not tested


_IS: dict[str, Q] = {
    State.GAINED: Q(verdict__in=WRONG, other_verdict__in=RIGHT),
    State.LOST: Q(verdict__in=RIGHT, other_verdict__in=WRONG),
    State.RIGHT: Q(verdict__in=RIGHT, other_verdict__in=RIGHT),
    State.WRONG: Q(verdict__in=WRONG, other_verdict__in=WRONG),
    State.LEFT_OUT: Q(verdict__in=LEFT) | Q(other_verdict__in=LEFT),
}


def state_of(first: str, second: str) -> State:
    """From the verdicts of both runs."""
    if first in LEFT or second in LEFT:
        return State.LEFT_OUT
    if first in RIGHT:
        return State.RIGHT if second in RIGHT else State.LOST
    return State.GAINED if second in RIGHT else State.WRONG


def problem(first: Run, second: Run) -> str:
    """Why two runs cannot be compared, and what to do; blank where they can."""
    if first.pk == second.pk:
        return f"{first} is both of them: choose two different runs."
    for run in (first, second):
        if run.kind != Run.Kind.ANSWER:
            return f"{run} answers no questions: choose two runs that do."
    if first.question_set_id != second.question_set_id:
        return (
            f"{first} answers {first.question_set}, {second} answers {second.question_set}: choose"
            " two runs over one question set, or start the one again on the other's set."
        )
    return ""


def others(run: Run) -> list[Run]:
    """Runs that this one can be compared with: the baseline, then the newest first."""
    if run.kind != Run.Kind.ANSWER:
        return []
    like = Run.objects.filter(
        team=run.team_id, kind=run.kind, question_set=run.question_set_id, status=Run.Status.DONE,
        archived=None,
    )  # fmt: skip
    related = like.exclude(pk=run.pk).select_related("question_set", "pool")
    return list(related.order_by("-baseline", "-pk")[:OFFERED])


@dataclass(frozen=True)
class Narrowing:
    """The questions that an address narrows a comparison to; blank: all of them."""

    show: str = ""  # a State
    category: str = ""
    skill: str = ""  # the one that was named first

    @classmethod
    def of(cls, given: QueryDict) -> "Narrowing":
        told = {name: text_param(given, name) for name in cls.__dataclass_fields__}
        if told["show"] not in _IS:
            told["show"] = ""
        return cls(**told)


def pairs(first: Run, second: Run, part: Narrowing) -> QuerySet[Any, Any]:
    """The first run's answers with the second's to the same questions, in every state."""
    found = (
        Answer.objects.filter(run=first)
        .annotate(
            other_run=F("question__answer__run"),
            other=F("question__answer__pk"),
            other_verdict=F("question__answer__verdict"),
        )
        .filter(other_run=second.pk)
    )
    if part.category:
        found = found.filter(question__category=part.category)
    if part.skill:
        named = Coalesce(
            _named_first("skills"),
            _named_first("question__answer__skills"),
            output_field=TextField(),
        )
        found = found.annotate(named=named).filter(named=part.skill)
    return found


def _named_first(skills: str) -> KeyTextTransform:
    """Skills are [inferred, profiled, cosine] each."""
    return KeyTextTransform("1", KeyTransform("0", F(skills)))


def rows(first: Run, second: Run, part: Narrowing) -> QuerySet[Any, Any]:
    """What a page lists."""
    found = pairs(first, second, part)
    if part.show:
        found = found.filter(_IS[part.show])
    listed: QuerySet[Any, Any] = found.annotate(
        preview=Left("question__text", PREVIEW),
        key=F("question__key"),
        other_text=F("question__answer__text"),
    ).defer("skills", "probabilities", "contributions")
    return listed


@dataclass(frozen=True)
class Side:
    """One run's part of a question."""

    run: Run
    answer: int
    verdict: str
    text: str | None
    seats: list[str]


@dataclass(frozen=True)
class Pair:
    States: ClassVar = State

    key: str
    preview: str
    state: State
    sides: tuple[Side, Side]

    @property
    def rerouted(self) -> bool:
        first, second = (sorted(side.seats) for side in self.sides)
        return first != second


def pairs_shown(first: Run, second: Run, page: Iterable[Any]) -> list[Pair]:
    """The rows of a page, with who sat where."""
    listed = list(page)
    seats = _seats([pk for row in listed for pk in (row.pk, row.other)])
    return [
        Pair(
            row.key,
            row.preview,
            state_of(row.verdict, row.other_verdict),
            (
                Side(first, row.pk, row.verdict, row.text, seats[row.pk]),
                Side(second, row.other, row.other_verdict, row.other_text, seats[row.other]),
            ),
        )
        for row in listed
    ]


def _seats(answers: list[int]) -> dict[int, list[str]]:
    """Names of the recruited experts, in the order of their seats."""
    names: dict[int, list[str]] = {pk: [] for pk in answers}
    found = Generation.objects.filter(answer__in=answers, purpose=Purpose.RESPOND, round=0)
    for answer, name in found.order_by("answer", "number").values_list("answer_id", "expert__name"):
        names[answer or 0].append(name)
    return names
