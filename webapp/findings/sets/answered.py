"""Who was right on which question of a set: its runs, and single experts whom somebody asked all of
it.

Of runs that were started alike (`titles.Setting`) the newest counts: the best of many would be best
by luck. Of an expert its newest response counts, in its first round, whoever asked for it; what is
recorded of it is read where no run played it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import Count, Sum

from moe_core.standings import Bools
from moe_core.values import Purpose, Verdict
from webapp.experts.models import Expert
from webapp.findings.known import Known, in_all_recordings, in_runs
from webapp.questions.models import QuestionSet
from webapp.runs.models import Answer, Progress, RecordedResponse, Run
from webapp.runs.titles import Setting

MOST_RUNS = 40  # settings, the newest
ENOUGH = 0.99  # of the questions that an expert has answered; what it lacks is not right
AT_ONCE = 2_000  # questions
MOST_READ = 50_000  # recorded responses: a few minutes


@dataclass(frozen=True)
class Way:
    """A run or an expert, and the questions that it is right on."""

    right: Bools  # in the order of the questions
    run: int | None = None
    expert: int | None = None
    runs: int = 1  # that were started alike, of which this is the newest
    missing: int = 0  # questions that it has not answered


@dataclass
class Answered:
    questions: list[int]  # keys of those with a gold answer
    ways: list[Way] = field(default_factory=list)
    outdated: list[int] = field(default_factory=list)  # runs that are graded by older golds


def runs_on(question_set: QuestionSet) -> list[Run]:
    """Those that have answered all of it, the newest first."""
    found = Run.objects.filter(
        team=question_set.team_id, question_set=question_set, kind=Run.Kind.ANSWER,
        status=Run.Status.DONE, archived=None, regrading=False, graded__gt=0,
    )  # fmt: skip
    return list(found.order_by("-pk"))


def sources_on(question_set: QuestionSet) -> list[int]:
    """Keys of the runs in which experts have answered it."""
    kinds = (Run.Kind.ANSWER, Run.Kind.PROFILE)
    found = Run.objects.filter(
        team=question_set.team_id, question_set=question_set, kind__in=kinds, regrading=False
    )
    ended = found.exclude(status=Run.Status.RUNNING).order_by("pk")
    return list(ended.values_list("pk", flat=True))


def answered(question_set: QuestionSet) -> Answered:
    """All of it."""
    asked = question_set.questions.exclude(gold="").order_by("pk")
    found = Answered(list(asked.values_list("pk", flat=True)))
    if found.questions:
        _add_runs(question_set, found)
        _add_experts(question_set, found)
    return found


def _add_runs(question_set: QuestionSet, found: Answered) -> None:
    alike: dict[Setting, list[Run]] = {}
    for run in runs_on(question_set):
        if run.gold_version != question_set.version:
            found.outdated.append(run.pk)
        else:
            alike.setdefault(Setting.of(run), []).append(run)
    shown = list(alike.values())
    baseline = [runs for runs in shown[MOST_RUNS:] if any(run.baseline for run in runs)]
    for runs in [*shown[:MOST_RUNS], *baseline]:
        # The baseline counts though a newer run was started like it.
        run = next((run for run in runs if run.baseline), runs[0])
        right = Answer.objects.filter(run=run, verdict=Verdict.CORRECT.value).order_by()
        is_right = np.isin(found.questions, list(right.values_list("question_id", flat=True)))
        found.ways.append(Way(is_right, run=run.pk, runs=len(runs)))


class _Sheet:
    """Experts' verdicts, by question and expert; the first that is told of one holds."""

    def __init__(self, questions: Sequence[int], experts: Mapping[int, Expert]) -> None:
        self.experts = experts
        self.columns = {expert: column for column, expert in enumerate(experts)}
        self._places = {question: place for place, question in enumerate(questions)}
        self.right, self.seen = (
            np.zeros((len(questions), len(experts)), dtype=bool) for _ in range(2)
        )

    def take(self, found: Iterable[Known]) -> None:
        for one in found:
            place = self._places[one.question], self.columns[one.expert]
            if one.verdict and not self.seen[place]:
                self.seen[place] = True
                self.right[place] = one.verdict == Verdict.CORRECT.value

    def lacking(self, questions: Sequence[int], experts: Iterable[int]) -> list[int]:
        """Questions that one of the experts has not answered yet."""
        columns = [self.columns[expert] for expert in experts]
        return [pk for pk in questions if not self.seen[self._places[pk], columns].all()]


def _add_experts(question_set: QuestionSet, found: Answered) -> None:
    sources, size = sources_on(question_set), len(found.questions)
    sheet = _Sheet(found.questions, _may_have_answered(sources, question_set, size))
    _read(question_set, sources, found.questions, sheet)
    for expert, column in sheet.columns.items():
        missing = size - int(sheet.seen[:, column].sum())
        if missing <= (1 - ENOUGH) * size:
            found.ways.append(Way(sheet.right[:, column], expert=expert, missing=missing))


def _may_have_answered(
    sources: Sequence[int], question_set: QuestionSet, size: int
) -> dict[int, Expert]:
    """Those of whom there may be responses to nearly all questions, without looking at them."""
    purposes = [Purpose.RESPOND.value, Purpose.PROFILE.value]
    rows = Progress.objects.filter(run__in=sources, purpose__in=purposes).order_by()
    told: dict[int, int] = dict(rows.values_list("expert").annotate(n=Sum("done")))
    recorded = RecordedResponse.objects.filter(question__question_set=question_set).order_by()
    for expert, n in recorded.values_list("expert").annotate(n=Count("pk")):
        told[expert] = told.get(expert, 0) + n
    return Expert.objects.in_bulk([pk for pk, n in told.items() if n >= ENOUGH * size])


def _read(
    question_set: QuestionSet, sources: Sequence[int], questions: Sequence[int], sheet: _Sheet
) -> None:
    """What runs say, then what is recorded."""
    as_graded = Run(
        team_id=question_set.team_id, question_set=question_set, scorer=question_set.scorer,
        pattern=question_set.pattern, gold_version=question_set.version,
    )  # fmt: skip
    for some in _pieces(questions, AT_ONCE):
        sheet.take(in_runs(as_graded, sources, some, list(sheet.experts)))
    recorded = {pk: expert for pk, expert in sheet.experts.items() if expert.is_recorded}
    if len(recorded) * len(questions) > MOST_READ:
        return
    left = sheet.lacking(questions, recorded)
    sheet.take(in_all_recordings(as_graded, left, recorded))


def _pieces(keys: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (keys[first : first + size] for first in range(0, len(keys), size))
