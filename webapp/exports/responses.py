"""A run's responses as a file that can be imported again: who wrote what."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from moe_core.values import Purpose
from webapp.accounts.models import User
from webapp.reviews.reading import waiting_blind_of
from webapp.runs.models import Generation, Run

BATCH = 500  # responses
COLUMNS = (
    *("pk", "answer_id", "expert_id", "answer__question__key", "expert__name"),
    *("output", "stated"),
)
PURPOSES = [Purpose.PROFILE.value, Purpose.RESPOND.value]
Response = dict[str, str | None]


def batches(run: Run, reader: User | None) -> Iterator[list[Response]]:
    """{"question_id", "model", "output", "pred"} per response, in the order of asking; no batch is
    empty.

    `pred` is the answer that grading read. An expert with two seats of a question is there once,
    and only the first of several rounds: what is written in later ones answers other responses,
    and would not be what an expert says when it is asked the question. Questions that a reader is
    to review blind first are left out; whoever reads by a command is nobody's reviewer.
    """
    after, once = 0, _Once()
    hidden = waiting_blind_of(run, reader) if reader else set()
    rows = Generation.objects.filter(
        run=run, purpose__in=PURPOSES, round=0, status=Generation.Status.DONE
    ).values_list(*COLUMNS)
    while found := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
        after = found[-1][0]
        if batch := [
            {"question_id": key, "model": model, "output": output, "pred": stated}
            for _, answer, expert, key, model, output, stated in found
            if once.is_new(answer, expert) and answer not in hidden
        ]:
            yield batch


def lines(run: Run, reader: User | None) -> Iterator[str]:
    """The same as JSON lines, a batch at a time."""
    for batch in batches(run, reader):
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in batch)


def write(run: Run, file: Path) -> int:
    """Write Parquet, if the file's name ends so, else JSON lines; returns how many responses.

    Nobody takes half a file for a whole one: it gets its name when it is complete.
    """
    part = file.with_name(file.name + ".part")
    count = (_write_parquet if file.suffix == ".parquet" else _write_lines)(run, part)
    os.replace(part, file)
    return count


def _write_lines(run: Run, part: Path) -> int:
    count = 0
    with part.open("w", encoding="utf-8") as opened:
        for text in lines(run, None):
            opened.write(text)
            count += text.count("\n")
    return count


def _write_parquet(run: Run, part: Path) -> int:
    import pyarrow  # not for the web process, which streams lines
    from pyarrow import parquet

    names = ("question_id", "model", "output", "pred")
    schema = pyarrow.schema([(name, pyarrow.string()) for name in names])
    count = 0
    with parquet.ParquetWriter(part, schema, compression="zstd") as writer:
        for batch in batches(run, None):
            writer.write_batch(pyarrow.RecordBatch.from_pylist(batch, schema))
            count += len(batch)
    return count


class _Once:
    """Seats of one question lie together, so its experts are all that there is to remember."""

    def __init__(self) -> None:
        self._answer = 0
        self._experts: set[int] = set()

    def is_new(self, answer: int, expert: int) -> bool:
        if answer != self._answer:
            self._answer, self._experts = answer, set()
        new = expert not in self._experts
        self._experts.add(expert)
        return new
