"""How far each purpose of a run is: generations done of those that it will take."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from moe_core.values import Purpose
from webapp.db.memory import cache
from webapp.progress import eta
from webapp.progress.loads import StageFigures, stages_and_all
from webapp.progress.words import TITLES
from webapp.runs.models import Progress, Run

RANKING = {Purpose.AGGREGATE.value: "Write answers"}  # what a ranking calls differently
STAGES_SECONDS = 5  # for which the loads of a running run are not counted again


@dataclass(frozen=True)
class Bar:
    """One purpose of a run: generations done of those that it will take."""

    purpose: str
    title: str
    done: int
    failed: int
    total: int
    figures: StageFigures | None

    @property
    def ended(self) -> int:
        return self.done + self.failed

    @property
    def is_full(self) -> bool:
        return self.ended >= self.total


def bars_of(run: Run, progress: Sequence[Progress]) -> list[Bar]:
    """In the order of the method; purposes that this run does not have are left out."""
    asked: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in progress:
        for place, n in enumerate((row.asked, row.done, row.failed)):
            asked[row.purpose][place] += n
    expected = eta.expected(run) if run.status == Run.Status.RUNNING else {}
    figures, _ = _stages(run)
    return [
        Bar(
            purpose=purpose,
            title=RANKING.get(purpose, title) if run.kind == Run.Kind.RANK else title,
            total=max(asked[purpose][0], expected.get(purpose, 0)),
            done=asked[purpose][1],
            failed=asked[purpose][2],
            figures=figures.get(purpose),
        )
        for purpose, title in TITLES.items()
        if asked[purpose][0] or expected.get(purpose)
    ]


def loads_of(run: Run) -> StageFigures:
    """Of the whole run: how often experts were loaded, and how many were needed."""
    return _stages(run)[1]


def _stages(run: Run) -> tuple[dict[str, StageFigures], StageFigures]:
    """Counting loads reads the generations, so a running run's figure is a few seconds old."""
    key = f"loads/{run.pk}/{run.status}"
    figures: tuple[dict[str, StageFigures], StageFigures] | None = cache.get(key)
    if figures is None:
        figures = stages_and_all([run])
        cache.set(key, figures, STAGES_SECONDS)
    return figures
