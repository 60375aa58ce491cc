"""Responses in which no answer could be read: how many of a run's, and when that is no accident."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from moe_core.engine import AT_LIMIT
from moe_core.intervals import Share
from moe_core.values import Purpose
from webapp.experts.short_names import short
from webapp.runs.kept import kept
from webapp.runs.models import Generation, Profile, Run
from webapp.runs.states import RunKind

WARNED_PERCENT = 5.0  # over which a run's figures say little,
TIMES_USUAL = 2  # or so often what validation had,
NOTHING_PERCENT = 1.0  # or so much, where validation had none,
WARNED_RESPONSES = 3  # if it was not just one or two
LOOKED_AT = 2_000  # responses, the newest, while a run goes on
EXAMPLES = 3
EXPERTS = 3  # named, those with most
ASKED = {RunKind.ANSWER.value: Purpose.RESPOND, RunKind.PROFILE.value: Purpose.PROFILE}


@dataclass(frozen=True)
class Unread:
    """Of a run's responses; `usual`: percent of them in the profile that it rests on."""

    count: int
    read_or_not: int
    cut_off: int  # of `count`
    usual: float | None
    experts: Sequence[tuple[str, int]]  # with so many of them
    examples: Sequence[int]  # generations

    @property
    def share(self) -> Share:
        return Share(self.count, self.read_or_not)

    @property
    def is_warned(self) -> bool:
        percent = self.share.percent or 0.0
        if self.count < WARNED_RESPONSES:
            return False
        if percent > WARNED_PERCENT:
            return True
        least = max(TIMES_USUAL * self.usual, NOTHING_PERCENT) if self.usual is not None else 100.0
        return self.share.interval[0] > least

    @property
    def sentence(self) -> str:
        """For people, in a terminal or on a page."""
        compared = f", {self.usual:.1f} % on the validation set" if self.usual is not None else ""
        cut = f" {self.cut_off:,} of them were cut off at a limit." if self.cut_off else ""
        mostly = ", ".join(f"{short(name)} {n:,}" for name, n in self.experts)
        return (
            f"In {self.count:,} of {self.read_or_not:,} responses no answer could be read"
            f" ({self.share.percent:.1f} %{compared}). They count as not right, so the figures of"
            f" this run say little of its experts.{cut} Most of them: {mostly}."
        )


def unread(run: Run) -> Unread | None:
    """Where it is to be warned of; counted anew after each event of the run."""
    if run.kind not in ASKED:
        return None
    found: Unread = kept("unread", run, count=lambda: _counted(run))
    return found if found.is_warned else None


def examples_of(found: Unread) -> list[Generation]:
    rows = Generation.objects.filter(pk__in=found.examples).order_by("pk")
    return list(rows.select_related("expert", "answer"))


def warnings_of(run: Run) -> list[str]:
    """The same as sentences, for programs and terminals."""
    found = unread(run)
    return [found.sentence] if found else []


def _counted(run: Run) -> Unread:
    graded = _graded(run)
    if run.status == Run.Status.RUNNING:  # its page asks after every event
        graded = Generation.objects.filter(pk__in=graded.order_by("-pk").values("pk")[:LOOKED_AT])
    silent = Q(stated=None)
    told = (
        graded.order_by()
        .values_list("expert__name")
        .annotate(
            n=Count("pk"),
            silent=Count("pk", filter=silent),
            cut=Count("pk", filter=silent & Q(finish_reason=AT_LIMIT)),
        )
    )
    rows = sorted(told, key=lambda row: -row[2])
    unread = sum(row[2] for row in rows)
    return Unread(
        unread,
        sum(row[1] for row in rows),
        sum(row[3] for row in rows),
        _usual(run.profile) if run.kind == RunKind.ANSWER else None,
        [(name, n) for name, _, n, _ in rows[:EXPERTS] if n],
        list(graded.filter(silent).values_list("pk", flat=True)[:EXAMPLES]) if unread else [],
    )


def _graded(run: Run) -> QuerySet[Generation]:
    rows = Generation.objects.filter(
        run=run, purpose=ASKED[run.kind].value, status=Generation.Status.DONE
    )
    return rows.exclude(verdict="")


def _usual(profile: Profile | None) -> float | None:
    """Percent, of the profile's own responses."""
    profiled = profile.runs.filter(kind=RunKind.PROFILE).first() if profile else None
    if profiled is None:
        return None
    found: Unread = kept("unread", profiled, count=lambda: _counted(profiled))
    return found.share.percent
