"""Grading a saved run again, without the GPU, when extraction or grading has become better.

Everything is read from what the experts wrote: first what each response states, then each answer
as the run's method would now give it. What was too costly to compare is tried again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from moe_core import pipeline
from moe_core.scorers import title_of
from moe_core.values import FOUND, Scoring, Stage, Verdict
from webapp.db.bulk import update_rows
from webapp.execution.grading import sameness
from webapp.execution.grading.regrade_requests import (
    RegradeRefused,
    begin,
    check,
    figures_before,
)
from webapp.execution.known import known_again
from webapp.execution.outcomes import sort_out
from webapp.execution.plans import plan_of
from webapp.execution.profiles import profiling, ranking
from webapp.grading import comparing
from webapp.queue import events
from webapp.runs.models import Answer, Event, Generation, Profile, Run
from webapp.runs.purposes import GRADED

RESPONSES_AT_ONCE = 256  # read into memory, and written in one transaction, whole questions
COUNTED = ("responses", "stated", "verdicts", "sameness", "answers", "seats_due")
MOST_NAMED = 3  # runs that rest on a profile


def regrade(
    run_id: int,
    meanwhile: Callable[[], None] = lambda: None,
    scoring: Scoring | None = None,
) -> dict[str, Any]:
    """Grade every graded response and every answer of a run again; returns its event's payload.

    It is graded by the newest gold answers of its set from then on (`newest_golds`).
    From then on its answers are compared by what they mean, whatever counted before, and read by
    `scoring` (None: as before; a ranking always as its profile's run). `meanwhile` is called again
    and again, outside of transactions, so that other runs may go on.
    Each transaction leaves the run consistent, its counts included: after a crash, the next call
    goes over it from the start and finds done what is done. A second call changes nothing.
    Raises RegradeRefused, ScorerError, and CannotCompare.
    """
    rows = Run.objects.select_related("pool", "profile")
    run = rows.get(pk=run_id)
    if scoring is not None or not run.regrading:
        begin(run, scoring)
        run = rows.get(pk=run_id)
    check(run)
    was = figures_before(run)
    ranking.forget()  # what it has read of the profile run may have been regraded since
    comparing.forget()
    changed: Counter[str] = Counter()
    try:
        for answers in _some(run):
            changed += Counter(_regrade_some(run, answers, meanwhile))
    except RegradeRefused as refused:
        if changed["verdicts"] or changed["answers"]:
            _tell_stopped(run, changed, refused)
        raise
    with transaction.atomic():
        profile = _locked_profile(run)
        _lock(run)
        Run.objects.filter(pk=run.pk).update(same_by=Run.SameBy.VALUE, regrading=False)
        rests = _count_again(run, profile)
        told: dict[str, Any] = {name: changed[name] for name in COUNTED}
        if run.scoring != FOUND:
            told["scorer"] = title_of(run.scoring)
        if run.kind != Run.Kind.PROFILE:  # its questions have no answer of their own
            told |= {"correct": run.correct, "graded": run.graded}
            told |= {"was_correct": was["correct"], "was_graded": was["graded"]}
        if run.gold_version != was["golds"]:
            told |= {"golds": run.gold_version, "was_golds": was["golds"]}
        if changed["verdicts"] or changed["answers"]:
            told["rests"] = rests
        seq = events.append(run.pk, Event.Kind.REGRADED, **told)
    events.notify({run.pk: seq})
    return told


def give_up(run_id: int, why: str) -> None:
    """Say that a run cannot be graded again, and note it no more: else it is tried for ever."""
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=run_id)
        run.regrading = False
        run.save(update_fields=["regrading"])
        seq = events.append(run_id, Event.Kind.REGRADED, stopped=why)
    events.notify({run_id: seq})


def _tell_stopped(run: Run, changed: Counter[str], why: RegradeRefused) -> None:
    """What is written stays: counts and pages have to know."""
    told: dict[str, Any] = {name: changed[name] for name in COUNTED}
    with transaction.atomic():
        seq = events.append(run.pk, Event.Kind.REGRADED, **told, rests=f"It stopped there: {why}")
    events.notify({run.pk: seq})


def _some(run: Run) -> Iterator[list[Answer]]:
    """The run's questions in pieces, of about as many responses each."""
    responses = _graded(run).count()
    at_once = max(1, RESPONSES_AT_ONCE * run.questions // max(responses, 1))
    last = 0
    rows = Answer.objects.filter(run=run).select_related("question").order_by("pk")
    while answers := list(rows.filter(pk__gt=last)[: min(at_once, RESPONSES_AT_ONCE)]):
        yield answers
        last = answers[-1].pk


def _graded(run: Run) -> QuerySet[Generation]:
    return Generation.objects.filter(
        run=run, purpose__in=GRADED, status=Generation.Status.DONE
    ).exclude(verdict="")


def _regrade_some(
    run: Run, answers: Sequence[Answer], meanwhile: Callable[[], None] = lambda: None
) -> dict[str, int]:
    """Compare first, which may take seconds; then write what differs, in a short transaction."""
    given: dict[int | None, list[Generation]] = defaultdict(list)
    rows = Generation.objects.filter(answer__in=answers, purpose__in=GRADED)
    for row in rows.select_related("expert").order_by("round", "number"):
        given[row.answer_id].append(row)
    graded = [(a, row) for a in answers for row in given[a.pk] if row.verdict]
    before = [(row.stated, row.verdict, row.same_as, row.rule) for _, row in graded]
    for answer, row in graded:
        row.grade(run.value_of(answer.question))
        meanwhile()
    compared = []
    for answer in answers:
        if sameness.compare_again(run, answer, given[answer.pk]):
            compared.append(answer)
        meanwhile()
    due = {answer.pk: answer.seats_due for answer in answers}
    pairs = [(row, old) for (_, row), old in zip(graded, before, strict=True)]
    differing = [
        row for row, old in pairs if (row.stated, row.verdict, row.same_as, row.rule) != old
    ]
    changed = [a for a in answers if a.is_done and _answer_again(run, a, given[a.pk])]
    reopened = [answer for answer in answers if answer.seats_due != due[answer.pk]]
    _write(run, answers, differing, changed, compared, reopened)
    return {
        "responses": len(pairs),
        "stated": sum(row.stated != old[0] for row, old in pairs),
        "verdicts": sum(row.verdict != old[1] for row, old in pairs),
        "sameness": len({row.answer_id for row, old in pairs if row.same_as != old[2]}),
        "answers": len(changed),
        "seats_due": sum(answer.seats_due for answer in answers),
    }


def _answer_again(run: Run, answer: Answer, given: Sequence[Generation]) -> bool:
    """Give an answer the text and verdict that the method would now; whether they are others."""
    if run.kind == Run.Kind.PROFILE:
        return False
    step = ranking.step(run, answer) if run.kind == Run.Kind.RANK else _step(run, answer, given)
    if step.stage is not None:
        return False  # the method would ask for more than the run has: the answer stays
    verdict = (step.verdict or Verdict.UNGRADED).value
    if (answer.text, answer.verdict) == (step.answer, verdict):
        return False
    answer.text, answer.verdict = step.answer, verdict
    return True


def _step(run: Run, answer: Answer, given: Sequence[Generation]) -> pipeline.Step:
    """Where a seat that was not asked could change the answer now, it is due, and until it is asked
    the answer is that of the others."""
    known, plan = known_again(run, answer, given), plan_of(run.pk)(answer.question.key)
    step = pipeline.advance(known, plan)
    answer.seats_due = step.stage is Stage.RESPOND and bool(known.left)
    return pipeline.advance(replace(known, left=()), plan) if answer.seats_due else step


@transaction.atomic
def _write(
    run: Run,
    answers: Sequence[Answer],
    responses: Sequence[Generation],
    changed: Sequence[Answer],
    compared: Sequence[Answer],
    reopened: Sequence[Answer],
) -> None:
    """What changed of these answers and their responses, with the run's counts."""
    _lock(run)
    pks = [answer.pk for answer in answers]
    # No key: whoever reviews these answers meanwhile holds theirs.
    locked = Answer.objects.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")
    verdicts = dict(locked.values_list("pk", "verdict"))
    # By what they were when the lock was there: nobody counts twice.
    before = Counter(verdicts[answer.pk] for answer in changed)
    now = Counter(answer.verdict for answer in changed)
    correct, ungraded = Verdict.CORRECT.value, Verdict.UNGRADED.value
    update_rows(responses, ["stated", "rule", "verdict", "same_as"])
    update_rows(changed, ["text", "verdict"])
    update_rows(compared, ["comparison"])
    update_rows(reopened, ["seats_due"])
    if run.kind == Run.Kind.ANSWER:
        sort_out([answer.pk for answer in answers if answer.is_done])
    Run.objects.filter(pk=run.pk).update(
        correct=F("correct") + now[correct] - before[correct],
        graded=F("graded") + before[ungraded] - now[ungraded],
    )


def _lock(run: Run) -> None:
    """Hold the run as it was when grading it again began. Raises RegradeRefused if it is not."""
    began = run.event_seq
    run.refresh_from_db(from_queryset=Run.objects.select_for_update(no_key=True))
    check(run)
    if run.event_seq != began:
        raise RegradeRefused(f"{run} changed while it was graded again: grade it once more.")


def _locked_profile(run: Run) -> Profile | None:
    """What is counted again with the run, so that no run begins to rest on it meanwhile. Locked
    before the run, as by all who lock both."""
    if run.profile is None or run.status != Run.Status.DONE or run.kind == Run.Kind.ANSWER:
        return None
    return Profile.objects.select_for_update().get(pk=run.profile.pk)


def _count_again(run: Run, profile: Profile | None) -> str:
    """What rests on these verdicts is made again, unless runs rest on that; says which. Also where
    nothing changed: a call before may have crashed."""
    if profile is None:
        return ""
    if run.kind == Run.Kind.PROFILE:
        if resting := list(profile.runs.exclude(pk=run.pk).order_by("pk")):
            return f"The profile stays as it is, because {_named(resting)}"
        profile.cells.all().delete()
        profile.totals.all().delete()
        profiling.finish(run)
        return "The profile was counted again"
    if resting := list(profile.runs.filter(kind=Run.Kind.ANSWER).order_by("pk")):
        return f"The ranking stays as it is, because {_named(resting)}"
    profile.ranks.all().delete()
    ranking.finish(run)
    return "The aggregators were ranked again"


def _named(resting: Sequence[Run]) -> str:
    names = ", ".join(map(str, resting[:MOST_NAMED]))
    more = f" and {len(resting) - MOST_NAMED} more" if len(resting) > MOST_NAMED else ""
    return f"{names}{more} rest{'s' if len(resting) == 1 else ''} on it"
