"""The questions of a run, and everything that led to one answer."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from moe_core.aggregation import WRITERS
from moe_core.extraction import final_text
from moe_core.recruiting import OF_A_DRAW
from moe_core.values import Purpose
from webapp.accounts.middleware import TeamRequest
from webapp.experts.models import Expert
from webapp.runs import reading, reasons, result_table
from webapp.runs.models import Answer, Generation
from webapp.runs.results import Filters, neighbours


@require_safe
def answers(request: TeamRequest, pk: int) -> HttpResponse:
    run = reading.run_of(request.team, pk)
    return render(request, "runs/answers.html", result_table.shown(request, run))


@dataclass(frozen=True)
class Written:
    """A generation as people read it: thinking apart, what was cut off apart."""

    generation: Generation
    thinking: str
    text: str
    run_on: str  # an invented next question, which grading does not read
    probability: float | None


@require_safe
def answer(request: TeamRequest, pk: int, answer_pk: int) -> HttpResponse:
    run = reading.run_of(request.team, pk)
    related = Answer.objects.select_related("question", "run")
    found = get_object_or_404(related, pk=answer_pk, run=run)
    filters = Filters.of(request.GET)
    previous, following = neighbours(found, filters, request.user)
    by_purpose: dict[str, list[Written]] = defaultdict(list)
    rows = found.generations.select_related("expert").order_by("purpose", "round", "number")
    for row in rows:
        by_purpose[row.purpose].append(_written(row, found))
    responses = _rounds(by_purpose[Purpose.RESPOND.value] or by_purpose[Purpose.PROFILE.value])
    seats = [written.generation for written in responses[0]] if responses else []
    context: dict[str, Any] = {
        "run": run,
        "answer": found,
        "question": found.question,
        "options": list(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", found.question.options, strict=False)),
        "recruited": _recruited(found),
        "share": run.recruited_by.share if run.recruited_by else OF_A_DRAW,
        "chances": reasons.chances(found, seats),
        "writer": WRITERS.get(run.writer),
        "tally": reasons.tally(run, found, seats),
        "annotations": by_purpose[Purpose.ANNOTATE.value],
        "rounds": responses,
        "trials": by_purpose[Purpose.TRIAL.value],
        "aggregations": by_purpose[Purpose.AGGREGATE.value],
        "verdict": filters.verdict,
        "previous": previous,
        "next": following,
    }
    return render(request, "runs/answer.html", context)


def _rounds(responses: list[Written]) -> list[list[Written]]:
    return [list(of) for _, of in groupby(responses, lambda written: written.generation.round)]


def _written(row: Generation, answer: Answer) -> Written:
    marker = row.expert.end_of_thinking
    thinking, _, after = row.output.rpartition(marker) if marker else ("", "", row.output)
    text = final_text(row.output, marker)
    return Written(
        row,
        thinking=thinking.removeprefix("<think>").strip(),
        text=text,
        run_on=after[len(text) :].strip(),
        probability=answer.probabilities.get(str(row.expert_id)),
    )


def _recruited(answer: Answer) -> list[tuple[Expert, float]]:
    """Who could have been drawn and how probably, the likeliest first."""
    experts = Expert.objects.in_bulk([int(key) for key in answer.probabilities])
    likeliest = sorted(answer.probabilities.items(), key=lambda item: (-item[1], item[0]))
    return [(experts[int(key)], 100 * p) for key, p in likeliest if int(key) in experts]
