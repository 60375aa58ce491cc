"""What a scorer makes of responses that are there, before anybody stores it. Writes nothing.

Read in the web process: so a few hundred responses of bounded length, and no algebra.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Length, Mod

from moe_core import values
from moe_core.grading import by_value, right_answers
from moe_core.scorers import check_scoring, title_of
from moe_core.values import Purpose, Scoring, Verdict
from webapp.accounts.models import Team
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Answer, Generation, RecordedResponse, Run

SHOWN = 10
QUESTIONS = 100  # looked at, from all over the set
RESPONSES = 300
LONGEST = 20_000  # characters of a response that is looked at
SECONDS = 3.0
READ = (Purpose.RESPOND.value, Purpose.PROFILE.value)


@dataclass(frozen=True)
class Graded:
    """What was read in a response; the verdict is blank where comparing takes algebra."""

    stated: str | None
    rule: str
    verdict: str


@dataclass(frozen=True)
class Row:
    """A question with what is right, and, where there is one, a response before and after."""

    question: Question
    golds: Sequence[str]
    expert: str = ""
    output: str = ""
    before: Graded | None = None
    after: Graded | None = None

    @property
    def change(self) -> int:
        """How much it tells: 2, another verdict; 1, another answer; 0, neither."""
        if self.before is None or self.after is None:
            return 0
        if self.after.verdict and self.before.verdict != self.after.verdict:
            return 2
        return int(self.before.stated != self.after.stated)


@dataclass(frozen=True)
class Effect:
    """`run` is where the responses are from; None: they are recorded, or there are none."""

    rows: Sequence[Row]
    responses: int  # looked at
    right_before: int
    right_after: int
    unread_before: int
    unread_after: int
    open: int  # whose verdict takes algebra
    questions: int  # looked at that have a gold answer
    ungraded: int  # of those, with a gold answer that the scorer cannot use
    run: Run | None = None
    by: str = ""  # what read them before, in words


def of_run(run: Run, scoring: Scoring) -> Effect:
    """On a run's responses, beside how it was graded last, by the same gold answers.

    Raises ScorerError.
    """
    check_scoring(scoring)
    answers = _spread(run.answers.select_related("question"), run.questions)
    questions = [answer.question for answer in answers]
    run.give_golds(questions)
    return _effect(questions, _given_in(run, answers), run.scoring, scoring, run)


def of_set(team: Team, questions: QuestionSet, scoring: Scoring) -> Effect:
    """On the responses of the newest run on a set, else on recorded ones. Raises ScorerError."""
    check_scoring(scoring)
    kinds = (Run.Kind.ANSWER, Run.Kind.PROFILE)
    graded = Generation.objects.filter(run=OuterRef("pk"), purpose__in=READ).exclude(verdict="")
    runs = Run.objects.filter(Exists(graded), team=team, question_set=questions, kind__in=kinds)
    if run := runs.order_by("-pk").first():
        return of_run(run, scoring)
    sample = _spread(questions.questions.all(), questions.size)
    return _effect(sample, _recorded(team, sample), questions.scoring, scoring, None)


Given = Iterable[tuple[Question, Generation]]


def _effect(
    questions: Sequence[Question], given: Given, old: Scoring, new: Scoring, run: Run | None
) -> Effect:
    rows = list(_rows(given, old, new))
    before = [row.before for row in rows if row.before]
    after = [row.after for row in rows if row.after]
    with_gold = [question for question in questions if question.gold]
    golds = {question.pk: _golds(question, new) for question in questions}
    telling = sorted(rows, key=lambda row: -row.change) or [
        Row(question, golds[question.pk]) for question in questions
    ]
    return Effect(
        rows=telling[:SHOWN],
        responses=len(rows),
        right_before=sum(found.verdict == Verdict.CORRECT for found in before),
        right_after=sum(found.verdict == Verdict.CORRECT for found in after),
        unread_before=sum(found.stated is None for found in before),
        unread_after=sum(found.stated is None for found in after),
        open=sum(not found.verdict for found in after),
        questions=len(with_gold),
        ungraded=sum(not golds[question.pk] for question in with_gold),
        run=run,
        by=title_of(old),
    )


def _rows(given: Given, old: Scoring, new: Scoring) -> Iterable[Row]:
    until = time.monotonic() + SECONDS
    for question, response in given:
        if time.monotonic() > until:
            return
        before = _graded(question, response, old) if not response.verdict else _as_is(response)
        after = _graded(question, response, new)
        if not after.verdict and after.stated == before.stated and _alike(question, old, new):
            after = replace(after, verdict=before.verdict)
        yield Row(
            question,
            _golds(question, new),
            response.expert.name,
            response.output,
            before,
            after,
        )


def _alike(question: Question, old: Scoring, new: Scoring) -> bool:
    """Whether both compare an answer in the same way, with the same ones."""
    one, other = _value(question, old), _value(question, new)
    return by_value(one) == by_value(other) and right_answers(one) == right_answers(other)


def _as_is(response: Generation) -> Graded:
    return Graded(response.stated, response.rule, response.verdict)


def _graded(question: Question, response: Generation, scoring: Scoring) -> Graded:
    read = Generation(expert=response.expert, output=response.output)
    read.grade(_value(question, scoring), only_if_quick=True)
    return _as_is(read)


def _golds(question: Question, scoring: Scoring) -> Sequence[str]:
    return right_answers(_value(question, scoring))


def _value(question: Question, scoring: Scoring) -> values.Question:
    return replace(question.value, scoring=scoring)


def _given_in(run: Run, answers: Sequence[Answer]) -> Given:
    by_key = {answer.pk: answer.question for answer in answers}
    rows = Generation.objects.filter(
        run=run, answer__in=by_key, purpose__in=READ, status=Generation.Status.DONE
    ).exclude(verdict="")
    for row in _short(rows).select_related("expert").order_by("answer", "number")[:RESPONSES]:
        yield by_key[row.answer_id or 0], row


def _recorded(team: Team, questions: Sequence[Question]) -> Given:
    by_key = {question.pk: question for question in questions}
    rows = RecordedResponse.objects.filter(question__in=by_key, expert__team=team)
    for row in _short(rows).select_related("expert").order_by("question", "expert")[:RESPONSES]:
        yield by_key[row.question_id], Generation(expert=row.expert, output=row.output)


def _short(rows: QuerySet[Any]) -> QuerySet[Any]:
    short: QuerySet[Any] = rows.annotate(length=Length("output")).filter(length__lte=LONGEST)
    return short


def _spread(rows: QuerySet[Any], size: int) -> list[Any]:
    """Some of many rows that were stored together, from all over them."""
    step = max(1, size // QUESTIONS)
    spread = rows.annotate(place=Mod(F("pk"), step)).filter(place=0) if step > 1 else rows
    return list(spread.order_by("pk")[:QUESTIONS])
