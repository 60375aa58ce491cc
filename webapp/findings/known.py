"""What experts answered to a run's questions in other runs, in profiles, in recorded responses.

Of each expert its newest response counts, in its first round: what others wrote has no part in it.
Only verdicts by the gold answer that the run itself is graded by count.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db.models.functions import Length

from moe_core.extraction import read
from moe_core.grading import grade, is_quick
from moe_core.values import Purpose, Verdict
from webapp.db.rows import fetched
from webapp.experts.models import Expert
from webapp.questions.models import Question
from webapp.runs.models import RecordedResponse, Run
from webapp.runs.states import GenerationStatus

AT_ONCE = 100  # questions, whose recorded responses are read
LONGEST = 20_000  # characters of a recorded response that is read
_NEWEST = """
    SELECT DISTINCT ON (a.question_id, g.expert_id)
           a.question_id, g.expert_id, g.verdict, coalesce(g.same_as, g.stated), a.run_id, a.id
    FROM runs_answer a
    JOIN runs_run r ON r.id = a.run_id
    JOIN questions_question q ON q.id = a.question_id
    JOIN runs_generation g ON g.answer_id = a.id
    WHERE a.run_id = ANY(%s) AND a.question_id = ANY(%s) AND g.expert_id = ANY(%s)
      AND (r.gold_version = %s OR q.gold_version <= least(r.gold_version, %s))
      AND g.purpose = ANY(%s) AND g.round = 0 AND g.status = %s AND g.verdict = ANY(%s)
    ORDER BY a.question_id, g.expert_id, a.run_id DESC, g.number
"""
_PURPOSES = [Purpose.RESPOND.value, Purpose.PROFILE.value]
JUDGED = [
    *(Verdict.CORRECT.value, Verdict.INCORRECT.value),
    *(Verdict.NO_ANSWER.value, Verdict.TOO_COSTLY.value),
]
_TOLD = [Verdict.CORRECT.value, Verdict.INCORRECT.value, Verdict.NO_ANSWER.value]


class Known(NamedTuple):
    """One expert's answer to one question. Without a run it is a recorded response."""

    question: int
    expert: int
    verdict: str  # blank: telling it takes algebra
    stated: str | None
    run: int | None = None
    answer: int | None = None


def sources(run: Run) -> list[int]:
    """Keys of the other runs over its questions that have ended."""
    kinds = (Run.Kind.ANSWER, Run.Kind.PROFILE)
    others = Run.objects.filter(
        team=run.team_id, question_set=run.question_set_id, kind__in=kinds, regrading=False
    )
    ended = others.exclude(status=Run.Status.RUNNING).exclude(pk=run.pk)
    return list(ended.order_by("pk").values_list("pk", flat=True))


def in_runs(
    run: Run, runs: Sequence[int], questions: Sequence[int], experts: Sequence[int]
) -> list[Known]:
    """The newest answer of each expert to each question in these runs."""
    if not (runs and questions and experts):
        return []
    golds = run.gold_version
    given = [
        *(list(runs), list(questions), list(experts), golds, golds),
        *(_PURPOSES, GenerationStatus.DONE.value, _TOLD),
    ]
    return [Known(*row) for row in fetched(_NEWEST, given)]


def in_recordings(
    run: Run, questions: Mapping[int, Question], experts: Mapping[int, Expert]
) -> Iterator[Known]:
    """What recorded experts say, read and compared as the run does it, without algebra."""
    rows = RecordedResponse.objects.filter(question__in=questions, expert__in=experts)
    short = rows.annotate(length=Length("output")).filter(length__lte=LONGEST)
    for row in short.order_by("question_id", "expert_id"):
        yield _read(run, row, questions[row.question_id], experts[row.expert_id])


def in_all_recordings(
    run: Run, questions: Sequence[int], experts: Mapping[int, Expert]
) -> Iterator[Known]:
    """The same of many questions, by key and in pieces: each response has to be read."""
    for first in range(0, len(questions), AT_ONCE):
        yield from in_recordings(
            run, Question.objects.in_bulk(questions[first : first + AT_ONCE]), experts
        )


def _read(run: Run, row: RecordedResponse, question: Question, expert: Expert) -> Known:
    value = run.value_of(question)
    stated = read(row.output, question.options, expert.end_of_thinking, run.scoring).answer
    verdict = grade(value, stated).value if is_quick(value, stated) else ""
    return Known(question.pk, expert.pk, verdict, stated)
