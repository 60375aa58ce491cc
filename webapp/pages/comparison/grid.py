"""Questions by runs: the rows of a list over several runs; `several` counts them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Left
from django.http import QueryDict

from webapp.pages.comparison.pairs import LEFT, PREVIEW, RIGHT, WRONG
from webapp.pages.comparison.several import Show
from webapp.pages.shared.addresses import key_param, text_param
from webapp.questions.models import Question
from webapp.runs.models import Answer, Run


@dataclass(frozen=True)
class Wanted:
    """What an address narrows a list to; blank and None: nothing."""

    show: Show = Show.DIFFER
    category: str = ""
    right: int | None = None  # key of the run that alone is right
    wrong: int | None = None  # key of the run that alone is wrong

    @classmethod
    def of(cls, given: QueryDict) -> "Wanted":
        show = text_param(given, "show")
        return cls(
            show=Show(show) if show in Show.values else Show.DIFFER,
            category=text_param(given, "category"),
            right=key_param(given, "right"),
            wrong=key_param(given, "wrong"),
        )

    @property
    def alone(self) -> int | None:
        return self.right if self.right is not None else self.wrong


@dataclass(frozen=True)
class Cell:
    """One run's part of a question."""

    run: Run
    answer: int
    verdict: str
    text: str | None


@dataclass(frozen=True)
class Row:
    question: Question
    preview: str
    cells: list[Cell]


def rows(runs: Sequence[Run], wanted: Wanted) -> QuerySet[Any, Any]:
    """The first run's answers with those of the others to the same questions, in every state."""
    found: QuerySet[Any, Any] = Answer.objects.filter(run=runs[0])
    for place, run in enumerate(runs[1:], start=1):
        theirs = FilteredRelation("question__answer", condition=Q(question__answer__run=run.pk))
        found = found.annotate(**{f"in_{place}": theirs}).filter(**{f"in_{place}__isnull": False})
    names = _names(runs)
    if wanted.category:
        found = found.filter(category=wanted.category)
    if wanted.alone is None:
        found = found.filter(_condition(names, wanted.show))
    else:
        found = found.filter(_alone(runs, names, wanted))
    told: dict[str, Any] = {
        f"{name}_{place}": F(f"{prefix}{name}")
        for place, prefix in enumerate(names)
        for name in ("pk", "verdict", "text")
    }
    told["preview"] = Left("question__text", PREVIEW)
    listed: QuerySet[Any, Any] = found.annotate(**told)
    return listed.defer("skills", "probabilities", "contributions")


def rows_shown(runs: Sequence[Run], page: Iterable[Any]) -> list[Row]:
    """The rows of a page, with the gold answers that the newest graded of the runs goes by."""
    listed = list(page)
    questions = Question.objects.in_bulk([row.question_id for row in listed])
    max(runs, key=lambda run: run.gold_version).give_golds(questions.values())
    return [
        Row(
            questions[row.question_id],
            row.preview,
            [
                Cell(run, *(getattr(row, f"{name}_{place}") for name in ("pk", "verdict", "text")))
                for place, run in enumerate(runs)
            ],
        )
        for row in listed
    ]


def _names(runs: Sequence[Run]) -> list[str]:
    """How the fields of each run's answer begin."""
    return ["", *(f"in_{place}__" for place in range(1, len(runs)))]


def _condition(names: Sequence[str], show: Show) -> Q:
    right = [Q(**{f"{name}verdict__in": RIGHT}) for name in names]
    wrong = [Q(**{f"{name}verdict__in": WRONG}) for name in names]
    match show:
        case Show.ALL:
            return Q()
        case Show.RIGHT:
            return reduce(and_, right)
        case Show.WRONG:
            return reduce(and_, wrong)
    left_out = reduce(or_, [Q(**{f"{name}verdict__in": LEFT}) for name in names])
    if show is Show.LEFT_OUT:
        return left_out
    return reduce(or_, right) & reduce(or_, wrong) & ~left_out


def _alone(runs: Sequence[Run], names: Sequence[str], wanted: Wanted) -> Q:
    """Right in one run and wrong in all others, or the other way round."""
    own, others = (RIGHT, WRONG) if wanted.right is not None else (WRONG, RIGHT)
    return reduce(
        and_,
        [
            Q(**{f"{name}verdict__in": own if run.pk == wanted.alone else others})
            for run, name in zip(runs, names, strict=True)
        ],
    )
