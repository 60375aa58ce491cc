"""A set's leaderboard: asked for by a page or a program, made by a worker, kept until a run on the
set, or the set, moves."""

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
from django.db.models import Max, Sum

from moe_core.intervals import Share
from moe_core.standings import Rank, Standings, standings_of
from webapp.experts.models import Expert
from webapp.findings import asking
from webapp.findings.sets.answered import Answered, answered, sources_on
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding, Progress, RecordedResponse, Run
from webapp.runs.titles import apart


class Row(TypedDict):
    """A run or an expert. Differences are in points, and None without a baseline or of it."""

    run: int | None
    expert: int | None
    runs: int  # that were started alike
    missing: int  # questions that an expert has not answered
    right: int
    best: int  # place, of those that it may have
    worst: int
    difference: float | None
    low: float | None
    high: float | None
    better: str | None  # than the baseline: see moe_core.paired.Better


class Found(TypedDict):
    golds: int  # the version of the set's gold answers that all are graded by
    questions: int  # with a gold answer
    baseline: int | None  # key of a run
    outdated: list[int]  # runs that are graded by older ones, and so left out
    rows: list[Row]  # those that are right most often first


def ask(question_set: QuestionSet) -> Finding:
    """What was found of a set."""
    return asking.ask(Finding.Name.LEADERBOARD, question_set, _basis(question_set))


def _basis(question_set: QuestionSet) -> dict[str, Any]:
    runs = Run.objects.filter(pk__in=sources_on(question_set)).order_by("pk")
    rows = runs.values_list("pk", "event_seq", "baseline", "archived")
    recorded = RecordedResponse.objects.filter(question__question_set=question_set)
    return {
        "golds": question_set.version,
        "runs": [[pk, seq, is_base, bool(archived)] for pk, seq, is_base, archived in rows],
        "recorded": recorded.aggregate(newest=Max("pk"))["newest"] or 0,
    }


def find(question_set: QuestionSet) -> Found:
    """Rank who answered a set."""
    return found_of(answered(question_set), question_set)


def found_of(read: Answered, question_set: QuestionSet) -> Found:
    baselines = Run.objects.filter(question_set=question_set, baseline=True)
    baseline = baselines.values_list("pk", flat=True).first()
    rows: list[Row] = []
    if read.ways:
        found = standings_of(np.column_stack([way.right for way in read.ways]))
        against = next((n for n, way in enumerate(read.ways) if way.run == baseline), None)
        base = None if baseline is None else against
        rows = [_row(read, found, way, base) for way in found.order]
    return Found(
        golds=question_set.version,
        questions=len(read.questions),
        baseline=baseline,
        outdated=read.outdated,
        rows=rows,
    )


def _row(read: Answered, found: Standings, place: int, baseline: int | None) -> Row:
    way, rank = read.ways[place], found.rank(place)
    told = None if baseline in (None, place) else found.against(place, baseline or 0)
    return Row(
        run=way.run,
        expert=way.expert,
        runs=way.runs,
        missing=way.missing,
        right=found.right[place],
        best=rank.best,
        worst=rank.worst,
        difference=told.difference if told else None,
        low=told.low if told else None,
        high=told.high if told else None,
        better=told.better.value if told else None,
    )


@dataclass(frozen=True)
class Entry:
    """A row as people see it: one of `run` and `expert` is there."""

    row: Row
    run: Run | None
    expert: Expert | None
    name: str  # of a run, what tells it from the others
    share: Share
    generations: int | None  # of a run, with what annotated and aggregated
    tokens: int | None  # that they wrote

    @property
    def rank(self) -> Rank:
        return Rank(self.row["best"], self.row["worst"])


def shown(board: Finding) -> list[Entry]:
    """What was found, without what was deleted since."""
    rows: list[Row] = board.found.get("rows", [])
    keys = [row["run"] for row in rows if row["run"]]
    related = ("pool", "question_set", "expert", "aggregator", "profile")
    runs = Run.objects.select_related(*related).in_bulk(keys)
    experts = Expert.objects.in_bulk([row["expert"] for row in rows if row["expert"]])
    names = apart(list(runs.values()), settings_only=True) if runs else {}
    costs = {
        run: (generations, tokens)
        for run, generations, tokens in Progress.objects.filter(run__in=runs)
        .order_by()
        .values_list("run")
        .annotate(Sum("done"), Sum("tokens"))
    }
    entries = []
    for row in rows:
        run, expert = runs.get(row["run"] or 0), experts.get(row["expert"] or 0)
        if run is None and expert is None:
            continue
        generations, tokens = costs.get(run.pk, (None, None)) if run else (None, None)
        name = names[run.pk] or run.title if run else str(expert)
        share = Share(row["right"], board.found["questions"])
        entries.append(Entry(row, run, expert, name, share, generations, tokens))
    return entries
