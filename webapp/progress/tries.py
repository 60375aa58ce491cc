"""How a try stands, in words and figures: for its page, its command and the API."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices
from django.utils import timezone

from moe_core.extraction import parted
from moe_core.thinking import Parted
from webapp.experts.short_names import short
from webapp.experts.thinking import is_off
from webapp.plural import counted
from webapp.progress.gpu import GpuNow, gpu_now
from webapp.progress.standing import Kind, Standing, standing
from webapp.queue.troubles import Trouble
from webapp.runs.models import Generation, Run, Visit, Worker


class State(TextChoices):
    WAITING = "waiting", "Waiting for the GPU"
    LOADING = "loading", "Loading the expert"
    READING = "reading", "Reading the prompt"
    WRITING = "writing", "Writing"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


# Of an endpoint, which is not loaded and needs no GPU.
FAR = {State.WAITING: "Waiting for the endpoint", State.LOADING: "Asking whether it answers"}
UNDER_WAY = (State.WAITING, State.LOADING, State.READING, State.WRITING)
ENDED = {
    Run.Status.DONE.value: State.DONE,
    Run.Status.FAILED.value: State.FAILED,
    Run.Status.CANCELLED.value: State.CANCELLED,
    Generation.Status.DONE.value: State.DONE,
    Generation.Status.FAILED.value: State.FAILED,
}


@dataclass(frozen=True)
class Try:
    """`row` is None where it was cancelled before anything was written."""

    run: Run
    row: Generation | None
    state: State
    now: datetime
    gpu: GpuNow
    standing: Standing | None  # while it waits

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_far(self) -> bool:
        return self.run.expert is not None and self.run.expert.is_endpoint

    @property
    def label(self) -> str:
        """Its state in words."""
        return FAR.get(self.state, str(self.state.label)) if self.is_far else str(self.state.label)

    @property
    def loading(self) -> Visit | None:
        """The visit that loads its expert."""
        assert self.run.expert is not None
        key = self.run.expert.engine_key
        return next((v for v in self.gpu.visits if v.engine_key == key), None)

    @property
    def troubles(self) -> list[Trouble]:
        """Those that keep its expert from loading: endpoints need nothing of a machine."""
        assert self.run.expert is not None
        concerned = {self.run.expert.name} | (set() if self.is_far else {""})
        return [trouble for trouble in self.gpu.troubles if trouble.expert in concerned]

    @property
    def waits(self) -> str:
        """Why it waits; empty when it does not."""
        if self.state != State.WAITING or self.standing is None:
            return ""
        if self.standing.kind == Kind.SILENT:
            kind = Worker.Kind.ENDPOINTS if self.is_far else Worker.Kind.GPU
            return (
                f"No {kind.value} worker is alive: is the product running? logs/{kind.value}.log"
                " says why it ended."
            )
        if self.troubles:
            cannot = "does not answer" if self.is_far else "cannot be loaded"
            return f"Its expert {cannot} now: it goes on by itself when it can."
        if self.is_far:
            return "It is asked next."
        if self.standing.kind == Kind.BEHIND:
            before = self.standing.generations_before
            return f"{counted(before, 'generation')} of other runs may come before it."
        if self.gpu.loaded:
            names = " and ".join(short(visit.expert) for visit in self.gpu.loaded)
            return f"The GPU is with {names}, and comes when that is done."
        return "Its expert is the next to be loaded."

    @property
    def seconds(self) -> float | None:
        """Since its worker took it up, until it was written or until now."""
        if self.row is None or self.row.began is None:
            return None
        return ((self.row.finished or self.now) - self.row.began).total_seconds()

    @property
    def rate(self) -> float | None:
        """Tokens per second."""
        return self.row.tokens / self.seconds if self.row and self.seconds else None

    @property
    def thinking_is_off(self) -> bool:
        return self.row is not None and is_off(self.row.chat_template_options)

    @property
    def parted(self) -> Parted:
        """What it thought, and what it says."""
        if self.row is None:
            return Parted("", "")
        return parted(self.row.output, self.row.marker)

    @property
    def ending(self) -> str:
        """Why the output ended, in words."""
        if self.state == State.CANCELLED:
            tokens = self.row.tokens if self.row else 0
            said = f"Cancelled after {counted(tokens, 'token')}."
            return said if tokens else "Cancelled."
        return self.row.ending if self.row and self.state == State.DONE else ""

    @property
    def problem(self) -> str:
        """Why it failed; empty when it did not."""
        return self.row.problem if self.row and self.state == State.FAILED else ""

    @property
    def advice(self) -> str:
        """What to do about a try that failed or was cut off."""
        if self.state == State.FAILED and self.run.expert and self.run.expert.problem:
            return (
                "Put it right in the expert's settings, then try it again: new runs leave the"
                " expert out until a try succeeds."
            )
        if self.state == State.FAILED:
            return "Nothing is known against the expert itself: change what you ask, or ask again."
        if self.row and self.state == State.DONE and self.row.is_cut_off:
            return self.row.more_room
        return ""


def as_try(run: Run) -> Try:
    """`run` is of the kind that tries an expert."""
    gpu = gpu_now()
    row = run.generations.select_related("expert", "visit").first()
    state = _state(run, row, gpu)
    waits = state in (State.WAITING, State.LOADING)
    progress = list(run.progress.select_related("expert")) if waits else []
    place = standing(run, progress, gpu) if waits else None
    return Try(run, row, state, timezone.now(), gpu, place)


def _state(run: Run, row: Generation | None, gpu: GpuNow) -> State:
    if run.status in (Run.Status.CANCELLED, Run.Status.FAILED) or row is None:
        return ENDED.get(run.status, State.WAITING)
    if row.status in ENDED:
        return ENDED[row.status]
    if row.status == Generation.Status.CLAIMED:
        return State.WRITING if row.output else State.READING
    keys = {visit.engine_key for visit in gpu.visits if visit.loaded is None}
    return State.LOADING if row.engine_key in keys else State.WAITING
