"""What was generated for an answer, as people read it: alone, in a queue, beside other runs."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from django.utils.text import Truncator

from moe_core.extraction import parted, said
from moe_core.values import Purpose
from webapp.experts.told import told
from webapp.pages.shared.markup import LONGEST
from webapp.progress.readings import NO_RULE
from webapp.runs.models import Answer, Generation

LONGEST_READ = 60  # characters of an answer that is told again
ENDS = 5_000  # characters of both ends of a text that is too long for the page
PARTS = ("thinking", "rest", "written")  # which a page shows when they are opened


@dataclass(frozen=True)
class Reading:
    """A generation as people read it: thinking apart, what was cut off apart."""

    generation: Generation
    thinking: str
    text: str
    run_on: str  # an invented next question, which grading does not read
    is_finished: bool = True  # whether its thinking came to an end

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONGEST

    @property
    def ends(self) -> tuple[str, str]:
        """Of a long text, what the page shows of it."""
        return self.text[:ENDS], self.text[-ENDS:]

    @property
    def as_written(self) -> str:
        """All of it, or why it is not there."""
        row = self.generation
        return f"{row.status} {told(row.problem)}" if row.text is None else row.text

    @property
    def how_read(self) -> str:
        """Which rule read its answer, in words; blank where that is not known."""
        row = self.generation
        if row.stated is not None:
            said = Truncator(row.stated).chars(LONGEST_READ)
            return f"Read as {said}: {row.rule}." if row.rule else ""
        return f"Read as nothing: {row.rule or NO_RULE}." if row.verdict else ""

    @property
    def seconds(self) -> float | None:
        """From being asked for to being done, waiting for the GPU included."""
        row = self.generation
        return (row.finished - row.created).total_seconds() if row.finished else None

    @property
    def rate(self) -> float | None:
        """Tokens per second of the visit that served it, with all that it generated at once."""
        visit = self.generation.visit
        return visit.tokens / visit.busy_seconds if visit and visit.busy_seconds else None


def readings(answer: Answer) -> dict[str, list[Reading]]:
    """Purpose → what was generated for it, in order."""
    found: dict[str, list[Reading]] = defaultdict(list)
    rows = answer.generations.select_related("expert", "visit")
    for row in rows.order_by("purpose", "round", "number"):
        found[row.purpose].append(reading(row))
    return found


def rounds_of(written: dict[str, list[Reading]]) -> list[list[Reading]]:
    """The responses, by round; those of a profile's experts are one."""
    responses = written[Purpose.RESPOND.value] or written[Purpose.PROFILE.value]
    return [list(of) for _, of in groupby(responses, lambda written: written.generation.round)]


def reading(row: Generation) -> Reading:
    marker = row.marker
    found = parted(row.output, marker)
    text = said(found)
    return Reading(
        row,
        thinking=found.thinking,
        text=text,
        run_on=found.text[len(text) :].strip(),
        is_finished=found.is_finished,
    )
