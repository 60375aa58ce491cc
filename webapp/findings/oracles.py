"""Whether a right answer was to be had in a run: from one of its seats, else from the pool.

A worker looks through all answers of a run, and keeps the counts and, with each answer
of which no seat was right, whether an expert that held none was (`Answer.unseated`). That holds
until the run, another one over its questions, or its pool moves.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypedDict

from django.db.models import Max

from moe_core.values import Purpose, Verdict
from webapp.experts.models import Expert
from webapp.findings import asking
from webapp.findings.known import JUDGED, Known, in_all_recordings, in_runs, sources
from webapp.runs.models import Answer, Finding, Generation, RecordedResponse, Run
from webapp.runs.outcomes import Unseated
from webapp.runs.seats import final_responses

AT_ONCE = 2000  # answers


class Found(TypedDict):
    """Of the answers that have a verdict; the last three are those of which no seat was right."""

    judged: int
    seats: int  # of which a seat was right
    right: int  # somebody else of the pool was
    nobody: int  # all others of the pool were not
    unknown: int  # nobody is known to be right, and not everybody's answer is known


class _Row(NamedTuple):
    pk: int
    question: int


def ask(run: Run) -> Finding | None:
    """What was found of a run; None before it has ended: it would be looked through again and
    again."""
    if run.status == Run.Status.RUNNING or run.regrading:
        return None
    return asking.ask(Finding.Name.ORACLE, run, basis_of(run))


def basis_of(run: Run) -> dict[str, Any]:
    """What is found of a run and its pool rests on: where this has changed, so may that have."""
    others = Run.objects.filter(pk__in=[run.pk, *sources(run)]).order_by("pk")
    pool = _pool(run)
    has_recorded = any(expert.is_recorded for expert in pool.values())
    newest = RecordedResponse.objects.aggregate(pk=Max("pk"))["pk"] if has_recorded else None
    return {
        "runs": [list(row) for row in others.values_list("pk", "event_seq")],
        "experts": sorted(pool),
        "recorded": newest or 0,
    }


def _pool(run: Run) -> dict[int, Expert]:
    return run.pool.experts.in_bulk() if run.pool else {}


def find(run: Run) -> Found:
    """Read all of a run, a few thousand answers at a time, and note it with each."""
    pool, runs = _pool(run), sources(run)
    found = Found(judged=0, seats=0, right=0, nobody=0, unknown=0)
    for some in _judged(run):
        seated, is_right = _seats(some)
        left = [row for row in some if not is_right[row.pk]]
        others = {row.question: pool.keys() - seated[row.pk] for row in left}
        said = _elsewhere(run, runs, pool, others)
        by_value: dict[str, list[int]] = defaultdict(list)
        for row in some:
            by_value["" if is_right[row.pk] else said[row.question]].append(row.pk)
        for value, keys in by_value.items():
            Answer.objects.filter(pk__in=keys).exclude(unseated=value).update(unseated=value)
        found["judged"] += len(some)
        found["seats"] += len(some) - len(left)
        found["right"] += len(by_value[Unseated.RIGHT.value])
        found["nobody"] += len(by_value[Unseated.NOBODY.value])
    found["unknown"] = found["judged"] - found["seats"] - found["right"] - found["nobody"]
    return found


def _judged(run: Run) -> Iterator[list[_Row]]:
    """The answers that have a verdict, in pieces."""
    last = 0
    rows = Answer.objects.filter(run=run).order_by("pk").values_list("pk", "question_id", "verdict")
    while some := list(rows.filter(pk__gt=last)[:AT_ONCE]):
        last = some[-1][0]
        if judged := [_Row(pk, question) for pk, question, verdict in some if verdict in JUDGED]:
            yield judged


def _seats(rows: Sequence[_Row]) -> tuple[dict[int, set[int]], dict[int, bool]]:
    """By answer: who held its seats, and whether one was right in the end."""
    keys = [row.pk for row in rows]
    seats = Generation.objects.filter(answer__in=keys, purpose=Purpose.RESPOND)
    seated: dict[int, set[int]] = {key: set() for key in keys}
    is_right = dict.fromkeys(keys, False)
    for answer, expert, verdict in final_responses(seats).values_list(
        "answer_id", "expert_id", "verdict"
    ):
        if answer is not None:
            seated[answer].add(expert)
            is_right[answer] |= verdict == Verdict.CORRECT.value
    return seated, is_right


def _elsewhere(
    run: Run, runs: Sequence[int], pool: dict[int, Expert], others: dict[int, set[int]]
) -> dict[int, str]:
    """Question → what is known of those without a seat. Recorded responses are read only where
    nobody is known to be right without them."""
    left = {question: set(experts) for question, experts in others.items()}
    told = dict.fromkeys(left, "")
    _take(in_runs(run, runs, list(left), list(pool)), left, told)
    open_ = [question for question, experts in left.items() if experts and not told[question]]
    recorded = {pk: expert for pk, expert in pool.items() if expert.is_recorded}
    _take(in_all_recordings(run, open_, recorded), left, told)
    for question, unknown in left.items():
        if not told[question] and not unknown:
            told[question] = Unseated.NOBODY.value
    return told


def _take(found: Iterable[Known], left: dict[int, set[int]], told: dict[int, str]) -> None:
    for one in found:
        if one.verdict and one.expert in left[one.question]:
            left[one.question].discard(one.expert)
            if one.verdict == Verdict.CORRECT.value:
                told[one.question] = Unseated.RIGHT.value
