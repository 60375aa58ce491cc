"""Two runs over one question set, question by question; `counts` sums them up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    TextChoices,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Coalesce, Left
from django.db.models.lookups import Exact
from django.http import QueryDict

from moe_core.values import Purpose, Verdict
from webapp.experts.short_names import short
from webapp.pages.shared.addresses import text_param
from webapp.runs.models import Answer, Generation, Run
from webapp.runs.seats import names_of_unasked, unasked_seats

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
    OTHERWISE = "wrong otherwise"  # in both, by other answers
    RIGHT = "right"
    WRONG = "wrong"  # in both, by the same answer
    LEFT_OUT = "left out"  # ungraded, or without a verdict, in one of them: not tested


CHANGED, ALL = "changed", "all"  # what a list shows, beside one State
_ARE_WRONG = Q(verdict__in=WRONG, other_verdict__in=WRONG)
_IS: dict[str, Q] = {
    State.GAINED: Q(verdict__in=WRONG, other_verdict__in=RIGHT),
    State.LOST: Q(verdict__in=RIGHT, other_verdict__in=WRONG),
    State.OTHERWISE: _ARE_WRONG & Q(alike=False),
    State.RIGHT: Q(verdict__in=RIGHT, other_verdict__in=RIGHT),
    State.WRONG: _ARE_WRONG & Q(alike=True),
    State.LEFT_OUT: Q(verdict__in=LEFT) | Q(other_verdict__in=LEFT),
}
_IS |= {CHANGED: _IS[State.GAINED] | _IS[State.LOST] | _IS[State.OTHERWISE], ALL: Q()}
IN = {CHANGED: (State.GAINED, State.LOST, State.OTHERWISE), ALL: tuple(State)}


def state_of(first: str, second: str, *, alike: bool) -> State:
    """From the verdicts of both runs. `alike`: whether they give the same answer."""
    if first in LEFT or second in LEFT:
        return State.LEFT_OUT
    if first in RIGHT:
        return State.RIGHT if second in RIGHT else State.LOST
    if second in RIGHT:
        return State.GAINED
    return State.WRONG if alike else State.OTHERWISE


def problem(runs: Sequence[Run]) -> str:
    """Why runs cannot be compared, and what to do; blank where they can."""
    if len({run.pk for run in runs}) < len(runs):
        return f"{runs[0]} is both of them: choose two different runs."
    for run in runs:
        if run.kind != Run.Kind.ANSWER:
            return f"{run} answers no questions: choose runs that do."
    first = runs[0]
    for other in runs[1:]:
        if first.question_set_id != other.question_set_id:
            return (
                f"{first} answers {first.question_set}, {other} answers {other.question_set}:"
                " choose runs over one question set, or start the one again on the other's set."
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

    show: str = CHANGED  # a State, or one of IN
    category: str = ""
    skill: str = ""  # the one that was named first

    @classmethod
    def of(cls, given: QueryDict) -> "Narrowing":
        told = {name: text_param(given, name) for name in cls.__dataclass_fields__}
        if told["show"] not in _IS:
            told["show"] = CHANGED
        return cls(**told)


def pairs(first: Run, second: Run, part: Narrowing) -> QuerySet[Any, Any]:
    """The first run's answers with the second's to the same questions, in every state."""
    found = (
        Answer.objects.filter(run=first)
        .annotate(
            other_run=F("question__answer__run"),
            other=F("question__answer__pk"),
            other_verdict=F("question__answer__verdict"),
            alike=_alike("text", "question__answer__text"),
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


def _alike(one: str, other: str) -> "ExpressionWrapper[Any]":
    """Whether two final answers are spelled alike; no answer is like no answer."""
    said, said_there = (
        Coalesce(F(name), Value(""), output_field=TextField()) for name in (one, other)
    )
    return ExpressionWrapper(Exact(said, said_there), BooleanField())


def _named_first(skills: str) -> KeyTextTransform:
    """Skills are [inferred, profiled, cosine] each."""
    return KeyTextTransform("1", KeyTransform("0", F(skills)))


def rows(first: Run, second: Run, part: Narrowing) -> QuerySet[Any, Any]:
    """What a page lists."""
    found = pairs(first, second, part)
    found = found.filter(_IS[part.show])
    listed: QuerySet[Any, Any] = found.annotate(
        preview=Left("question__text", PREVIEW),
        key=F("question__key"),
        row=F("question__row"),
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

    question: int
    row: int
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
            row.question_id,
            row.row,
            row.key,
            row.preview,
            state_of(row.verdict, row.other_verdict, alike=row.alike),
            (
                Side(first, row.pk, row.verdict, row.text, seats[row.pk]),
                Side(second, row.other, row.other_verdict, row.other_text, seats[row.other]),
            ),
        )
        for row in listed
    ]


def _seats(answers: list[int]) -> dict[int, list[str]]:
    """Names of the recruited experts, asked or not, in the order of their seats."""
    seats: dict[int, dict[int, str]] = {pk: {} for pk in answers}
    found = Generation.objects.filter(answer__in=answers, purpose=Purpose.RESPOND, round=0)
    for answer, number, name in found.values_list("answer_id", "number", "expert__name"):
        seats[answer or 0][number] = short(name)
    spared = list(Answer.objects.filter(pk__in=answers).exclude(unasked=[]).only("unasked"))
    names = names_of_unasked(spared)
    for one in spared:
        left = unasked_seats(one)
        seats[one.pk] |= {seat.number: short(names[seat.expert]) for seat in left}
    return {pk: [of[number] for number in sorted(of)] for pk, of in seats.items()}
