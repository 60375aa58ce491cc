"""A witness inside the database: notes every change of a generation, in the same transaction.

What is rolled back was never noted, so that the notes are what was committed, by whomever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from webapp.runs.models import Answer, Event, Generation, Progress, Run

NOTES = """
CREATE TABLE noted (
  id bigserial PRIMARY KEY, generation bigint, was text, became text, claim bigint,
  at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO noted (generation, was, became, claim)
    VALUES (NEW.id, OLD.status, NEW.status, coalesce(NEW.claim_id, OLD.claim_id));
  RETURN NULL; END $$;
CREATE TRIGGER note AFTER UPDATE ON runs_generation FOR EACH ROW WHEN (
  (OLD.status, OLD.output, OLD.tokens, OLD.finished)
  IS DISTINCT FROM (NEW.status, NEW.output, NEW.tokens, NEW.finished))
  EXECUTE FUNCTION note();
"""


@dataclass(frozen=True)
class Again:
    """A generation that was claimed and waited again: it was generated in vain."""

    generation: int
    claimed: datetime
    returned: datetime


class Witness:
    """Watches from `begin` to `end`; all its times are the database's."""

    def begin(self) -> None:
        self._sql(NOTES)

    def end(self) -> None:
        self._sql("DROP FUNCTION note() CASCADE; DROP TABLE noted")

    def forget(self) -> None:
        self._sql("TRUNCATE noted")

    def now(self) -> datetime:
        when: datetime = self._sql("SELECT clock_timestamp()")[0][0]
        return when

    def first_commit(self, after: datetime) -> datetime | None:
        """When the first result after a moment was written."""
        rows = self._sql("SELECT min(at) FROM noted WHERE became = 'done' AND at > %s", after)
        when: datetime | None = rows[0][0]
        return when

    def rewritten(self) -> list[int]:
        """Generations with a result that somebody has touched: there may be none."""
        rows = self._sql("SELECT generation FROM noted WHERE was IN ('done', 'failed')")
        return [row[0] for row in rows]

    def workers(self) -> set[int]:
        """Who has committed results."""
        return {row[0] for row in self._sql("SELECT claim FROM noted WHERE became = 'done'")}

    def again(self) -> list[Again]:
        rows = self._sql(
            "SELECT generation, began, at FROM (SELECT *, lag(at) OVER"
            " (PARTITION BY generation ORDER BY id) AS began FROM noted) AS one"
            " WHERE was = 'claimed' AND became = 'waiting' ORDER BY id"
        )
        return [Again(*row) for row in rows]

    def _sql(self, statement: str, *values: datetime) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(values) or None)
            return cursor.fetchall() if cursor.description else []


Committed = dict[int, tuple[Any, ...]]


def committed() -> Committed:
    """What may never change again, of every generation that has its result."""
    rows = Generation.objects.filter(status="done")
    return {row[0]: row for row in rows.values_list("pk", "finished", "attempts", "output")}


def check_unchanged(before: Committed) -> None:
    now = committed()
    assert {pk: now.get(pk) for pk in before} == before


def check_whole(witness: Witness, runs: Sequence[Run], seats: int = 2) -> None:
    """The runs are done, with nothing lost, doubled or counted wrongly."""
    for run in runs:
        run.refresh_from_db()
        assert (run.status, run.finished, run.problem) == ("done", run.questions, "")
        answers = Answer.objects.filter(run=run)
        assert not answers.filter(verdict="").exists()
        counted = answers.annotate(n=Count("generations"))
        assert set(counted.values_list("n", flat=True)) == {seats}
        assert list(run.events.values_list("seq", flat=True)) == list(range(1, run.event_seq + 1))
    mine = Generation.objects.filter(run__in=runs)
    assert not mine.exclude(status="done").exists()
    assert witness.rewritten() == []
    counts = list(Progress.objects.filter(run__in=runs).values_list("asked", "done", "failed"))
    assert [sum(column) for column in zip(*counts, strict=True)] == [mine.count()] * 2 + [0]
    told = Event.objects.filter(run__in=runs, kind="generated").values_list("payload", flat=True)
    assert sum(sum(payload["purposes"].values()) for payload in told) == mine.count()


def check_again(witness: Witness, kills: Sequence[tuple[datetime, datetime]]) -> int:
    """What was generated again was in flight at a kill, each time; returns how often it was.

    `kills` are the moments just before and just after each.
    """
    again = witness.again()
    for one in again:
        assert any(one.claimed <= after and before <= one.returned for before, after in kills), (
            f"{one} was in flight at no kill"
        )
    return len(again)
