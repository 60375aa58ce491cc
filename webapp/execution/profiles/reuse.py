"""What experts have answered for earlier profiles on a set is taken over, and not asked again.

So a pool in which one expert is replaced asks that one alone. A generation stands for another one
where it came of the same checkpoint, by the same prompt, settings and limits. Its seed may be
another: that belongs to the expert's place in its pool.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Max, QuerySet

from moe_core.values import Purpose
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.experts.engines import OWN_SETTINGS
from webapp.experts.prompting import PROMPTING
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Generation, Run
from webapp.things.models import there_by

PURPOSES = [Purpose.PROFILE.value, Purpose.ANNOTATE.value]
TAKEN = ("output", "finish_reason", "prompt_tokens", "tokens", "end_of_thinking", "finished")
# Settings that go with prompts as they are when somebody claims them: the others are stored with
# each generation.
_STORED = {
    *("max_new_tokens", "temperature", "annotation_tokens", "annotation_options"),
    *("aggregation_tokens", "aggregation_options"),
}
_ASKED_WITH = sorted({*PROMPTING, *OWN_SETTINGS} - _STORED)


def take_over(run: Run, wanted: Sequence[tuple[Generation, Question]]) -> set[int]:
    """Finish generations of a profile that earlier ones hold already; returns those runs' keys."""
    assert run.question_set is not None and run.pool is not None
    there: dict[tuple[int, int, str], list[Generation]] = defaultdict(list)
    for row in _earlier(run, run.question_set, wanted):
        assert row.answer is not None
        there[row.answer.question_id, row.expert_id, row.purpose].append(row)
    if not there:
        return set()
    changed = changes_of({generation.expert_id for generation, _ in wanted})
    values = {question.pk: run.value_of(question) for _, question in wanted}
    taken_from: set[int] = set()
    for generation, question in wanted:
        for row in there[question.pk, generation.expert_id, generation.purpose]:
            if not why_not(row, generation, run, changed.get(row.expert_id)):
                _fill(generation, row)
                if generation.purpose == Purpose.PROFILE.value:
                    generation.grade(values[question.pk], only_if_quick=True)
                taken_from.add(row.run_id)
                break
    return taken_from


def why_not(there: Generation, wanted: Generation, run: Run, changed: datetime | None) -> str:
    """Why an earlier generation cannot stand for one of a run; blank where it can.

    `changed`: when somebody last changed how the expert is asked.
    """
    if there.engine_key != wanted.engine_key:
        return "its checkpoint, or how it is loaded, is another one since"
    if changed is not None and (there.finished is None or there.finished < changed):
        return "how it is asked was changed since"
    if _limits(there) != _limits(wanted):
        return "its temperature, limit of tokens or template options are others since"
    if there.prompt != wanted.prompt:
        return "its questions are worded in another way since"
    if wanted.purpose == Purpose.ANNOTATE.value:
        pools = (there.run.pool, run.pool)
        first, second = (pool is not None and pool.is_structured for pool in pools)
        if there.number != wanted.number or first != second:
            return "its annotations are held to another form since"
    return ""


def changes_of(experts: Collection[int]) -> dict[int, datetime]:
    """Expert → when somebody last changed how it is asked, by the log."""
    rows = Entry.objects.filter(
        action=Action.EXPERT_CHANGED.value,
        object_id__in=experts,
        details__has_any_keys=_ASKED_WITH,
    )
    return dict(rows.order_by().values_list("object_id").annotate(Max("created")))


def _earlier(
    run: Run, questions: QuestionSet, wanted: Sequence[tuple[Generation, Question]]
) -> QuerySet[Generation]:
    """What experts have written for the team's other profiles on the set, the newest first."""
    found: QuerySet[Generation] = Generation.objects.filter(
        there_by("run"),
        run__team=run.team_id,
        run__kind=Run.Kind.PROFILE,
        run__question_set=questions,
        answer__question__in={question.pk for _, question in wanted},
        expert__in={generation.expert_id for generation, _ in wanted},
        purpose__in=PURPOSES,
        status=Generation.Status.DONE,
    )
    rows = found.exclude(run=run.pk).order_by("-run_id", "pk")
    return rows.select_related("answer", "run__pool")


def _limits(generation: Generation) -> tuple[object, ...]:
    options = generation.chat_template_options or None
    return generation.temperature, generation.max_tokens, options


def _fill(generation: Generation, row: Generation) -> None:
    generation.status = Generation.Status.DONE
    for name in TAKEN:
        setattr(generation, name, getattr(row, name))
