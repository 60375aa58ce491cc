"""What happens in a run, in words: its purposes, and its events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from moe_core.values import Purpose
from webapp.experts.short_names import short
from webapp.plural import counted
from webapp.runs.models import Event, Run

EVENTS = 30  # shown of a run

TITLES = {
    Purpose.ANNOTATE.value: "Infer skills",
    Purpose.PROFILE.value: "Answer validation questions",
    Purpose.TRIAL.value: "Trials",
    Purpose.RESPOND.value: "Respond",
    Purpose.AGGREGATE.value: "Aggregate",
    Purpose.TRY.value: "Try",
}
# What was generated for each purpose, in words.
KIND = {
    Purpose.ANNOTATE.value: "annotation",
    Purpose.PROFILE.value: "validation response",
    Purpose.TRIAL.value: "trial",
    Purpose.RESPOND.value: "response",
    Purpose.AGGREGATE.value: "final answer",
    Purpose.TRY.value: "try",
}
KINDS = {
    Purpose.ANNOTATE.value: "annotations",
    Purpose.PROFILE.value: "validation responses",
    Purpose.TRIAL.value: "trials",
    Purpose.RESPOND.value: "responses",
    Purpose.AGGREGATE.value: "final answers",
    Purpose.TRY.value: "tries",
}


@dataclass(frozen=True)
class Happening:
    """An event in words."""

    seq: int
    created: datetime
    kind: str
    text: str


def happenings(run: Run, after: int | None = None) -> list[Happening]:
    """The newest events first; with `after`, those that came since, the oldest first."""
    rows: QuerySet[Event] = Event.objects.filter(run=run)
    if after is None:
        rows = rows.order_by("-seq")[:EVENTS]
    else:
        rows = rows.filter(seq__gt=after).order_by("seq")[: 10 * EVENTS]
    return [Happening(row.seq, row.created, row.kind, _words(row)) for row in rows]


def _words(event: Event) -> str:
    told: dict[str, Any] = event.payload
    match event.kind:
        case Event.Kind.SUBMITTED:
            made_of = told.get("made_of")
            return f"Made of the responses of Run {made_of}" if made_of else "Submitted"
        case Event.Kind.EMBEDDED:
            return f"Embedded {counted(told.get('questions', 0), 'question')}, to find their skills"
        case Event.Kind.LOADING | Event.Kind.LOADED | Event.Kind.LEFT:
            why = f": {told['problem']}" if told.get("problem") else ""
            visits = _ENDPOINT if told.get("is_endpoint") else _GPU
            return visits[event.kind].format(short(told.get("expert"))) + why
        case Event.Kind.GENERATED:
            failed = f", {told['failed']} of them failed" if told.get("failed") else ""
            written = told.get("tokens")  # none where it was recorded
            tokens = f" ({counted(written, 'token')})" if written else ""
            return f"Generated {_by_kind(told)}{failed}{tokens}"
        case Event.Kind.REUSED:
            runs = ", ".join(f"Run {run}" for run in told.get("runs", []))
            return f"Took over {_by_kind(told)} from {runs}"
        case Event.Kind.GRADED:
            told_of = ", ".join(f"{n} {verdict}" for verdict, n in told.items())
            return f"Graded {counted(sum(told.values()), 'response')}: {told_of}"
        case Event.Kind.ADVANCED:
            stages = told.get("stages", {})
            return "Questions " + ", ".join(f"{n} to {_STEP.get(s, s)}" for s, n in stages.items())
        case Event.Kind.RETRIED:
            return f"Retried {counted(told.get('generations', 0), 'generation')} that had failed"
        case Event.Kind.CONTINUED:
            return f"Continued with {counted(told.get('questions', 0), 'question')}"
        case Event.Kind.REGRADING:
            by = f" by {told['scorer']}" if told.get("scorer") else ""
            is_newer = "was" in told and told["golds"] != told["was"]["golds"]
            golds = f", by version {told['golds']} of the gold answers" if is_newer else ""
            return f"Asked to be graded again{by}{golds}"
        case Event.Kind.REGRADED:
            return regraded(told)
        case other:
            return other.capitalize()


def _by_kind(told: Mapping[str, Any]) -> str:
    """How many of each purpose."""
    purposes = told.get("purposes", {}).items()
    return ", ".join(counted(n, KIND.get(of, of), KINDS.get(of, of)) for of, n in purposes)


_GPU = {
    Event.Kind.LOADING.value: "Loading {}",
    Event.Kind.LOADED.value: "{} is on the GPU",
    Event.Kind.LEFT.value: "{} left the GPU",
}
_ENDPOINT = {
    Event.Kind.LOADING.value: "Asking whether {} answers",
    Event.Kind.LOADED.value: "{} answers",
    Event.Kind.LEFT.value: "{} is asked no more",
}
_STEP = {"infer": "inferring skills", "respond": "responding", "aggregate": "aggregating",
         "done": "their verdict"}  # fmt: skip


def regraded(told: Mapping[str, Any]) -> str:
    """What grading again has changed."""
    if told.get("stopped"):
        return f"Grading again stopped, some of it may be done: {told['stopped']}"
    by = f" by {told['scorer']}" if told.get("scorer") else ""
    if told.get("golds"):
        by += f" by version {told['golds']} of the gold answers"
    if not any(told.get(name) for name in ("stated", "verdicts", "sameness", "answers")):
        return f"Graded again{by}: nothing changed" + _rest(told)
    said = (
        f"Graded again{by}: {told.get('stated')} of {told.get('responses')} responses state"
        f" something else, {told.get('verdicts')} of their verdicts and"
        f" {told.get('answers')} answers changed"
    )
    if told.get("sameness"):
        said += f"; other answers count as the same in {told['sameness']} questions"
    if "correct" in told:
        said += f"; {told.get('was_correct')} correct before, {told['correct']} now"
    return said + _rest(told)


def _rest(told: Mapping[str, Any]) -> str:
    said = f". {told['rests']}" if told.get("rests") else ""
    if due := told.get("seats_due"):
        of = counted(due, "question")
        said += f". In {of} an expert that was not asked could change the answer now: continue it"
    return said
