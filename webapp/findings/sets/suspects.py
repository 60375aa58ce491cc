"""Suspected gold answers of a set, found by a worker from all runs on it (moe_core.suspects).

Of each expert one response to a question counts, that of its newest run, in its first round: what
others wrote has no part in it. Questions whose gold answer was corrected since a run was graded are
left out until it is graded again. What is found is kept until a run on the set, or the set, moves.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np

from moe_core.grading import canonical
from moe_core.suspects import NOTHING, Bools, Floats, Ints, Suspicions, suspicions
from moe_core.values import Purpose, Verdict
from webapp.db.rows import fetched
from webapp.experts.models import Expert
from webapp.findings import asking
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding, Run
from webapp.runs.states import GenerationStatus

AT_ONCE = 2000  # questions
KEPT = 300  # the most probable ones
FORM = 2  # of what is kept
LEAST = 0.05  # of a probability, which is that of any gold answer before something is known
AGREEING = 2  # experts at least: one alone may err in any question
_RESPONSES = """
    SELECT DISTINCT ON (a.question_id, g.expert_id)
           a.question_id, g.expert_id, coalesce(g.same_as, g.stated), g.verdict
    FROM runs_answer a
    JOIN runs_run r ON r.id = a.run_id
    JOIN questions_question q ON q.id = a.question_id
    JOIN runs_generation g ON g.answer_id = a.id
    WHERE a.run_id = ANY(%s) AND a.question_id = ANY(%s) AND q.gold_version <= r.gold_version
      AND g.purpose = ANY(%s) AND g.round = 0 AND g.status = %s AND g.verdict = ANY(%s)
    ORDER BY a.question_id, g.expert_id, a.run_id DESC, g.number
"""
_PURPOSES = [Purpose.RESPOND.value, Purpose.PROFILE.value]
_TELLING = [Verdict.CORRECT.value, Verdict.INCORRECT.value]


class Row(TypedDict):
    """A question whose gold answer is suspected, or given by nobody. The counts are of experts."""

    question: int
    answer: str  # which they hold right instead
    probability: float  # that it is
    strong_agree: int
    strong: int
    agree: int
    answered: int
    with_gold: int
    strength: float  # how often those who agree are right elsewhere, on average
    plurality: str  # what most experts say
    most: int  # how many that is


class Found(TypedDict):
    form: int  # of this: what was found before, and not kept so, is found anew
    golds: int  # the version of the set's gold answers, of which it was found
    questions: int  # that somebody has answered
    experts: int
    correlation: float
    rows: list[Row]  # the most probable first
    failed: list[Row]  # given by none of AGREEING experts or more; those by most experts first
    failed_in_all: int  # also those that are not kept


class _Asked(NamedTuple):
    pk: int
    options: int
    category: str


def ask(question_set: QuestionSet) -> Finding:
    """What was found of a set."""
    return asking.ask(Finding.Name.SUSPECTS, question_set, _basis(question_set))


def _basis(question_set: QuestionSet) -> dict[str, Any]:
    runs = _runs(question_set).values_list("pk", "event_seq")
    return {"form": FORM, "golds": question_set.version, "runs": [list(row) for row in runs]}


def _runs(question_set: QuestionSet) -> Any:
    """Those that have ended: what goes on would be looked through again and again."""
    kinds = (Run.Kind.ANSWER, Run.Kind.PROFILE)
    mine = Run.objects.filter(
        team=question_set.team_id, question_set=question_set, kind__in=kinds, regrading=False
    )
    return mine.exclude(status=Run.Status.RUNNING).order_by("pk")


def find(question_set: QuestionSet) -> Found:
    """Read all responses to a set, a few thousand questions at a time."""
    golds = QuestionSet.objects.values_list("version", flat=True).get(pk=question_set.pk)
    runs = list(_runs(question_set).values_list("pk", flat=True))
    experts = sorted(
        Expert.objects.filter(generations__run__in=runs).distinct().values_list("pk", flat=True)
    )
    columns = {expert: column for column, expert in enumerate(experts)}
    asked: list[_Asked] = []
    pieces: list[Ints] = []
    for some in _questions(question_set):
        answers = _answers(runs, [one.pk for one in some])
        answered = [one for one in some if one.pk in answers]
        asked += answered
        said = np.full((len(answered), len(experts)), NOTHING)
        for row, one in enumerate(answered):
            for code, (_, whose) in enumerate(answers[one.pk]):
                said[row, [columns[expert] for expert in whose]] = code
        pieces.append(said)
    if not asked:
        return _nothing(golds)
    names = sorted({one.category for one in asked})
    numbers = {name: number for number, name in enumerate(names)}
    result = suspicions(
        np.concatenate(pieces),
        np.array([one.options for one in asked]),
        np.array([numbers[one.category] for one in asked]),
    )
    is_suspect = (result.probability > LEAST) & (result.agree >= AGREEING)
    has_failed = (result.with_gold == 0) & (result.answered >= AGREEING)
    by_answers = result.answered + result.most / (result.answered + 1)
    return Found(
        form=FORM,
        golds=golds,
        questions=len(asked),
        experts=len(experts),
        correlation=round(result.correlation, 3),
        rows=_rows(asked, result, runs, _first(result.probability, is_suspect)),
        failed=_rows(asked, result, runs, _first(by_answers, has_failed)),
        failed_in_all=int(has_failed.sum()),
    )


def _nothing(golds: int) -> Found:
    return Found(
        form=FORM, golds=golds, questions=0, experts=0, correlation=0.0, rows=[], failed=[],
        failed_in_all=0,
    )  # fmt: skip


def _first(by: Floats, among: Bools) -> list[int]:
    """Places of the largest among some."""
    return [int(place) for place in np.argsort(-by, kind="stable") if among[place]][:KEPT]


def _rows(
    asked: Sequence[_Asked], found: Suspicions, runs: Sequence[int], places: Sequence[int]
) -> list[Row]:
    answers = _answers(runs, [asked[place].pk for place in places])
    return [
        Row(
            question=asked[place].pk,
            answer=answers[asked[place].pk][int(found.answer[place])][0],
            probability=round(float(found.probability[place]), 3),
            strong_agree=int(found.strong_agree[place]),
            strong=int(found.strong[place]),
            agree=int(found.agree[place]),
            answered=int(found.answered[place]),
            with_gold=int(found.with_gold[place]),
            strength=round(float(found.strength[place]), 3),
            plurality=answers[asked[place].pk][int(found.plurality[place])][0],
            most=int(found.most[place]),
        )
        for place in places
    ]


def _questions(question_set: QuestionSet) -> Iterator[list[_Asked]]:
    """Those with a gold answer, in pieces."""
    last = 0
    rows = question_set.questions.exclude(gold="").order_by("pk")
    while some := list(rows.filter(pk__gt=last).values_list("pk", "options", "category")[:AT_ONCE]):
        last = some[-1][0]
        yield [_Asked(pk, len(options), category) for pk, options, category in some]


_Answers = Mapping[int, list[tuple[str, list[int]]]]


def _answers(runs: Sequence[int], questions: Sequence[int]) -> _Answers:
    """Question → its answers with the experts who gave them, in the order of moe_core.suspects: the
    one that is right by the gold answer first, though nobody may have given it."""
    given = [list(runs), list(questions), _PURPOSES, GenerationStatus.DONE.value, _TELLING]
    found: dict[int, dict[str | None, tuple[str, list[int]]]] = defaultdict(
        lambda: {None: ("", [])}
    )
    for question, expert, counted, verdict in fetched(_RESPONSES, given):
        is_right = verdict == Verdict.CORRECT.value
        key = None if is_right else canonical(counted)
        found[question].setdefault(key, (counted, []))[1].append(expert)
    return {question: list(of.values()) for question, of in found.items()}
