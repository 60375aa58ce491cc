"""Whom a profile would ask, told before it is built: the others have answered the set already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from moe_core import pipeline
from moe_core.values import Purpose, Request
from webapp.execution.asking import waiting
from webapp.execution.profiles.reuse import changes_of, why_not
from webapp.experts.budgets import budget_of
from webapp.experts.models import Expert, Pool
from webapp.questions.models import QuestionSet
from webapp.questions.wordings import wording_for
from webapp.runs.models import Answer, Generation, Progress, Run
from webapp.things.models import there_by


@dataclass(frozen=True)
class AskedBefore:
    """An expert, and how many questions of a set it has answered for an earlier profile."""

    expert: Expert
    questions: int
    run: int | None  # the newest one that asked it
    why_not: str  # why that is not taken over; blank: it is

    @property
    def is_asked(self) -> bool:
        """Whether somebody will have to ask it."""
        return not self.questions or bool(self.why_not)

    @property
    def anew(self) -> "AskedBefore":
        """As if it had answered nothing."""
        return replace(self, questions=0)


def asked_before(pool: Pool, questions: QuestionSet) -> list[AskedBefore]:
    """Of a pool's experts, but those that are recorded, whom nobody asks; and of its annotator.

    One generation stands for all of an expert's: they were asked alike.
    """
    experts = [(expert, Purpose.PROFILE) for expert in pool.experts.all()]
    if pool.annotator is not None:
        experts.append((pool.annotator, Purpose.ANNOTATE))
    changed = changes_of({expert.pk for expert, _ in experts})
    run = Run(team_id=pool.team_id, pool=pool, question_set=questions, kind=Run.Kind.PROFILE)
    found = []
    for expert, purpose in experts:
        if expert.is_recorded:
            continue
        counted = _newest(run, expert, purpose)
        if counted is None:
            found.append(AskedBefore(expert, 0, None, "it has not answered this set before"))
            continue
        row = _one_of(counted)
        said = why_not(row, _wanted(run, row, expert, purpose), run, changed.get(expert.pk))
        found.append(AskedBefore(expert, counted.done, counted.run_id, said))
    return found


def _newest(run: Run, expert: Expert, purpose: Purpose) -> Progress | None:
    """What the newest profile on the set that asked it has counted."""
    rows = Progress.objects.filter(
        there_by("run"),
        run__team=run.team_id,
        run__kind=Run.Kind.PROFILE,
        run__question_set=run.question_set,
        expert=expert,
        purpose=purpose.value,
        done__gt=0,
    )
    return rows.order_by("-run_id").first()


def _one_of(counted: Progress) -> Generation:
    rows = Generation.objects.filter(
        run=counted.run_id,
        expert=counted.expert_id,
        purpose=counted.purpose,
        status=Generation.Status.DONE,
    )
    return rows.select_related("run__pool", "answer__question").order_by()[:1].get()


def _wanted(run: Run, row: Generation, expert: Expert, purpose: Purpose) -> Generation:
    """What would be asked for instead of a generation that is there."""
    assert run.question_set is not None and row.answer is not None
    question, wording = run.value_of(row.answer.question), wording_for(run.question_set)
    requests: Sequence[Request]
    if purpose is Purpose.ANNOTATE:
        requests = pipeline.annotation_requests(question, str(expert.pk), wording)
        request = next((r for r in requests if r.number == row.number), requests[0])
    else:
        requests = pipeline.response_requests(question, [str(expert.pk)], purpose, wording)
        request = requests[0]
    answer = Answer(question=row.answer.question)
    return waiting(run, answer, request, expert, budget_of(expert, purpose))
