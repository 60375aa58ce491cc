"""Previews: the routing of a run that is not started, asked for, found, and shown."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from moe_core.skills import ANNOTATIONS
from moe_core.values import Purpose
from webapp.accounts.models import Team, User
from webapp.experts.models import Expert, Pool
from webapp.runs import eta, events, foreseeing
from webapp.runs.forms import RunForm
from webapp.runs.models import Preview, Run
from webapp.runs.submit import RunRefused, draft_run

logger = logging.getLogger(__name__)

TASK = "runs.preview"
KEPT = timedelta(days=1)
LATE = timedelta(seconds=10)  # after which its message counts as lost


def ask(team: Team, user: User, settings: Mapping[str, Any], run: Run) -> Preview:
    """The preview of a run that these settings would start; one that still holds is taken again."""
    told = {"team": team, "settings": dict(settings), "basis": _basis(run)}
    recent = Preview.objects.filter(created__gt=timezone.now() - KEPT, problem="", **told)
    if there := recent.first():
        return there
    made = Preview.objects.create(created_by=user, **told)
    events.wake(TASK, made.pk)
    return made


def _basis(run: Run) -> dict[str, Any]:
    """What the settings came down to: where this has changed, so may the routing have."""
    counted = run.profile.runs.filter(kind=Run.Kind.PROFILE).first() if run.profile else None
    annotated = foreseeing.annotated_before(run)
    return {
        "questions": run.questions,
        "experts": [expert.pk for expert in run.experts()],
        "annotator": run.pool.annotator_id if run.pool else None,
        "annotated": annotated,
        "annotated_seq": _moved(annotated),
        "aggregator": run.aggregator_id,
        "profile": run.profile_id,
        "counted": counted.event_seq if counted else 0,  # moves when it is graded again
    }


def _moved(run: int | None) -> int:
    """How far a run has come: it is retried, for example."""
    return Run.objects.values_list("event_seq", flat=True).get(pk=run) if run else 0


def waiting() -> list[int]:
    """Those whose message was lost."""
    late = Preview.objects.filter(ready=False, created__lt=timezone.now() - LATE)
    return list(late.order_by("pk").values_list("pk", flat=True))


def find(preview_id: int) -> bool:
    """Find a preview's routing, or embed what it reads first; whether to call again at once."""
    Preview.objects.filter(created__lt=timezone.now() - KEPT).delete()
    preview = Preview.objects.filter(pk=preview_id, ready=False).select_related("team").first()
    if preview is None:
        return False
    try:
        found = foreseeing.foresee(_drafted(preview), preview.basis["annotated"])
        if isinstance(found, int):
            return found > 0
        preview.found = dict(found)
    except (OperationalError, InterfaceError):
        raise
    except RunRefused as refused:
        preview.problem = str(refused)
    except Exception as error:
        logger.exception("preview %s cannot be found", preview_id)
        preview.problem = f"The routing could not be found: {type(error).__name__}: {error}"
    preview.ready = True
    preview.save(update_fields=["ready", "found", "problem"])
    return False


def _drafted(preview: Preview) -> Run:
    """Raises RunRefused where what was chosen can be chosen no more."""
    form = RunForm(preview.settings, team=preview.team)
    if not form.is_valid():
        raise RunRefused("What was chosen is not there any more: choose again.")
    return draft_run(preview.team, None, **form.chosen())


@dataclass(frozen=True)
class Row:
    """One expert of the pool, and what a run would ask of it."""

    expert: Expert
    left_out: bool
    seats: int
    before: int | None  # seats in the preview before; None without one
    seconds: float | None  # its load and work; None: not measured yet


@dataclass(frozen=True)
class Helper:
    """An LLM beside the experts."""

    title: str
    expert: Expert
    generations: int
    seconds: float | None


@dataclass(frozen=True)
class Routing:
    """A preview that is ready, in figures of the whole set."""

    found: Mapping[str, Any]
    rows: Sequence[Row]
    most: int  # seats of one expert
    helpers: Sequence[Helper]
    skills: Sequence[tuple[str, int]]
    cost: eta.Cost
    unmeasured: Sequence[Expert]

    @property
    def is_sample(self) -> bool:
        return bool(self.found["sampled"] < self.found["questions"])

    @property
    def most_rounds(self) -> int:
        """Of a debate, which may end before; the figures are those of the first."""
        return int(self.found.get("most_rounds", self.found["rounds"]))

    @property
    def seats(self) -> int:
        return sum(row.seats for row in self.rows)

    @property
    def unmatched(self) -> int:
        return _scaled(self.found, self.found["unmatched"])

    @property
    def ways(self) -> Mapping[str, int]:
        ways: Mapping[str, int] = self.found["ways"]
        return ways


def routing_of(preview: Preview, before: "Routing | None" = None) -> Routing:
    """What a preview found, at the rates that are measured by now."""
    found = preview.found
    seats = _seats(found)
    asked = _asked(found, seats)
    cost = eta.cost(asked)
    experts = {e.pk: e for e in Expert.objects.filter(pk__in=[expert for _, expert in asked])}
    pool = Pool.objects.filter(pk=preview.settings["pool"], team=preview.team).first()
    old = {row.expert.pk: row.seats for row in before.rows} if before else {}
    rows = [
        Row(
            expert,
            expert.pk in preview.settings["left_out"],
            seats.get(expert.pk, 0),
            old.get(expert.pk, 0) if before else None,
            cost.each.get((Purpose.RESPOND.value, expert.pk)),
        )
        for expert in (pool.experts.all() if pool else [])
    ]
    return Routing(
        found=found,
        rows=sorted(rows, key=lambda row: (row.left_out, -row.seats, row.expert.name)),
        most=max([1, *seats.values()]),
        helpers=[
            Helper(title, experts[expert], n, cost.each.get((purpose, expert)))
            for (purpose, expert), n in asked.items()
            if (title := _HELPERS.get(purpose)) and expert in experts
        ],
        skills=[(name, _scaled(found, n)) for name, n in found["skills"]],
        cost=cost,
        unmeasured=sorted(
            {experts[e] for (_, e), seconds in cost.each.items() if seconds is None},
            key=lambda expert: expert.name,
        ),
    )


_HELPERS = {Purpose.ANNOTATE.value: "Annotator", Purpose.AGGREGATE.value: "Aggregator"}


def _asked(found: Mapping[str, Any], seats: Mapping[int, int]) -> dict[tuple[str, int], int]:
    """Generations, by purpose and expert."""
    asked: dict[tuple[str, int], int] = {}
    if found["annotator"]:
        asked[Purpose.ANNOTATE.value, found["annotator"]] = ANNOTATIONS * found["questions"]
    asked |= {(Purpose.RESPOND.value, e): n * found["rounds"] for e, n in seats.items()}
    if found["aggregator"]:
        asked[Purpose.AGGREGATE.value, found["aggregator"]] = found["questions"]
    return asked


def _seats(found: Mapping[str, Any]) -> dict[int, int]:
    """By expert, of all questions. Sums are rounded, so that the whole adds up as in the run."""
    seats, before, so_far = {}, 0, 0
    for expert, n in found["seats"].items():
        so_far += n
        seats[int(expert)] = _scaled(found, so_far) - before
        before += seats[int(expert)]
    return seats


def _scaled(found: Mapping[str, Any], n: int) -> int:
    """From the sampled questions to all."""
    scaled: float = n * found["questions"] / found["sampled"]
    return round(scaled)
