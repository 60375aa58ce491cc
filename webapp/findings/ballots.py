"""A run's seats as arrays, with what else its experts are known to answer."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from moe_core.contributions import NOBODY, NOTHING, UNKNOWN, Ints
from moe_core.values import Verdict
from webapp.experts.models import Expert
from webapp.findings.coding import Table, code, coded
from webapp.findings.known import JUDGED, Known, in_all_recordings, in_runs, sources
from webapp.runs.models import Run
from webapp.runs.sql import fetched

AT_ONCE = 4000  # answers
CORRECT = Verdict.CORRECT.value  # looked up a million times
MOST_READ = 20_000  # recorded responses: a minute or two
_ANSWERS = """
    SELECT a.id, a.question_id, a.verdict, {more} g.experts, g.counted, g.verdicts
    FROM runs_answer a JOIN LATERAL (
        SELECT array_agg(expert_id ORDER BY number) AS experts,
               array_agg(coalesce(same_as, stated) ORDER BY number) AS counted,
               {generations} array_agg(verdict ORDER BY number) AS verdicts
        FROM ({seats}) s) g ON g.experts IS NOT NULL
    WHERE a.id = ANY(%(answers)s) ORDER BY a.id
"""
_DETAILS = "a.skills, a.probabilities, a.contributions, g.generations,"
_GENERATIONS = "array_agg(id ORDER BY number) AS generations,"
_SEATS = """
    SELECT id, number, expert_id, same_as, stated, verdict FROM runs_generation
    WHERE answer_id = a.id AND purpose = %(purpose_respond)s
"""
# Each seat's last round in which it states an answer, or its last: see webapp.runs.seats.
_LAST = """
    SELECT DISTINCT ON (number) id, number, expert_id, same_as, stated, verdict
    FROM runs_generation WHERE answer_id = a.id AND purpose = %(purpose_respond)s
    ORDER BY number, stated IS NULL, round DESC
"""


@dataclass(slots=True)  # frozen, a hundred thousand take three times as long to be made
class Asked:
    """One graded question of a run. `spellings`: by what is said, from RIGHT on."""

    question: int
    right: bool  # as the run has it
    skills: list[str]
    chances: Mapping[str, float]  # of being drawn, by expert
    scores: Mapping[str, Mapping[str, float]]  # what spoke for each
    generations: list[int]
    spellings: list[str]


@dataclass
class Read:
    """All that was read of a run, in the order of its answers; see moe_core.contributions."""

    asked: list[Asked] = field(default_factory=list)
    experts: list[Ints] = field(default_factory=list)  # pieces of (n, s)
    said: list[Ints] = field(default_factory=list)
    known: list[Ints] = field(default_factory=list)  # pieces of (n, e)


class Reader:
    """Reads a run in pieces. `columns`: expert → its column. `with_details`: also what weighing
    and recruiting again go by."""

    def __init__(self, run: Run, experts: Sequence[Expert], *, with_details: bool) -> None:
        self._run = run
        self._experts = {expert.pk: expert for expert in experts}
        self.columns = {expert.pk: column for column, expert in enumerate(experts)}
        self._with_details = with_details
        self._sources = sources(run)
        recorded = {pk: expert for pk, expert in self._experts.items() if expert.is_recorded}
        self._recorded = recorded if len(recorded) * run.questions <= MOST_READ else {}

    def read(self) -> Read:
        found = Read()
        for rows in self._pieces():
            self._take(rows, found)
        return found

    def _pieces(self) -> Iterator[list[tuple[Any, ...]]]:
        last = 0
        judged = self._run.answers.filter(verdict__in=JUDGED).order_by("pk")
        by = self._run.answered_by
        sql = _ANSWERS.format(
            seats=_LAST if by is not None and by.rounds > 1 else _SEATS,
            more=_DETAILS if self._with_details else "",
            generations=_GENERATIONS if self._with_details else "",
        )
        while keys := list(judged.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
            last = keys[-1]
            if rows := fetched(sql, answers=keys):
                yield rows

    def _take(self, rows: Sequence[tuple[Any, ...]], found: Read) -> None:
        *_, who, counted, verdicts = zip(*rows, strict=True)
        table = Table([len(one) for one in who])
        columns = [self.columns.get(expert, NOBODY) for expert in chain.from_iterable(who)]
        experts = table.laid_out(columns, NOBODY)
        codes, spellings = coded(
            table.rows,
            list(chain.from_iterable(counted)),
            np.array([verdict == CORRECT for verdict in chain.from_iterable(verdicts)], dtype=bool),
        )
        said = table.laid_out(codes, NOTHING)
        known = np.full((len(rows), len(self.columns)), UNKNOWN)
        for seat in reversed(range(said.shape[1])):  # an expert's first one counts
            (sits,) = np.nonzero(experts[:, seat] != NOBODY)
            known[sits, experts[sits, seat]] = said[sits, seat]
        asked = [_asked(row, spelled) for row, spelled in zip(rows, spellings, strict=True)]
        self._add_known(asked, known)
        found.asked.extend(asked)
        found.experts.append(experts)
        found.said.append(said)
        found.known.append(known)

    def _add_known(self, asked: Sequence[Asked], known: Ints) -> None:
        """What others answered elsewhere, where they hold no seat here."""
        places = {one.question: place for place, one in enumerate(asked)}

        def take(found: Iterable[Known]) -> None:
            for one in found:
                place, column = places[one.question], self.columns[one.expert]
                if one.verdict and known[place, column] == UNKNOWN:
                    is_right = one.verdict == CORRECT
                    known[place, column] = code(one.stated, is_right, asked[place].spellings)

        take(in_runs(self._run, self._sources, list(places), list(self._experts)))
        if not self._recorded:
            return
        columns = [self.columns[pk] for pk in self._recorded]
        lacking = (known[:, columns] == UNKNOWN).any(axis=1)
        keys = [one.question for one, is_lacking in zip(asked, lacking, strict=True) if is_lacking]
        take(in_all_recordings(self._run, keys, self._recorded))


def _asked(row: tuple[Any, ...], spellings: list[str]) -> Asked:
    _, question, verdict, *details, _, _, _ = row
    skills, chances, scores = map(json.loads, details[:3]) if details else ([], {}, {})
    return Asked(
        question,
        verdict == CORRECT,
        [profiled for _, profiled, _ in skills],
        chances,
        scores,
        details[3] if details else [],
        spellings,
    )


def stacked(pieces: Sequence[Ints], fill: int) -> Ints:
    """(n, the most columns) of pieces that may have different numbers of columns."""
    most = max(piece.shape[1] for piece in pieces)
    return np.concatenate(
        [
            np.pad(piece, ((0, 0), (0, most - piece.shape[1])), constant_values=fill)
            for piece in pieces
        ]
    )
