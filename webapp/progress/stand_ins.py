"""Final answers that a vote gave, since the LLM that was to write them stated none."""

from dataclasses import dataclass

from moe_core.aggregation import WRITERS
from moe_core.values import Purpose
from webapp.runs.kept import kept
from webapp.runs.models import Generation, Run


@dataclass(frozen=True)
class StandIns:
    count: int
    final_answers: int  # that the LLM was asked for, and that are over


def stand_ins(run: Run) -> StandIns | None:
    """None where none was needed, or no vote may stand in."""
    if run.writer not in WRITERS or not WRITERS[run.writer].has_stand_in:
        return None
    found = kept("stand-ins", run, count=lambda: _counted(run))
    return found if found.count else None


def _counted(run: Run) -> StandIns:
    over = [Generation.Status.DONE, Generation.Status.FAILED]
    asked = Generation.objects.filter(run=run, purpose=Purpose.AGGREGATE.value, status__in=over)
    silent = asked.filter(stated=None, answer__stage=None).exclude(answer__text=None)
    return StandIns(silent.count(), asked.count())
