"""What each expert has added to a run, found from its own responses and from what is known of the
others' (moe_core.contributions); kept until the run, or another one over its questions, moves."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypedDict

import numpy as np

from moe_core.aggregation import LLM_OR_VOTE, MAJORITY, WRITERS
from moe_core.contributions import (
    NOBODY,
    NOTHING,
    RIGHT,
    Ballots,
    Bench,
    Contribution,
    Floats,
    Ints,
    contributions,
    unique_rights,
)
from moe_core.evidence import Vectors
from moe_core.extraction import final_text
from moe_core.intervals import Share
from moe_core.paired import Paired, Pairs, compare
from moe_core.profiles import Profile
from moe_core.votes import Ballot, Weigher, one_each
from webapp.execution.known import vectors_for
from webapp.execution.plans import profile_behind
from webapp.execution.profiles import fits
from webapp.experts.models import Expert
from webapp.findings import asking
from webapp.findings.ballots import AT_ONCE, Asked, Read, Reader, stacked
from webapp.findings.oracles import basis_of
from webapp.questions.models import Question
from webapp.runs.models import Finding, Generation, Run


class Row(TypedDict):
    """One expert; counts are of graded questions, see moe_core.contributions.Contribution."""

    expert: int
    seats: int
    seated: int
    seated_right: int
    unique: int
    unique_in_pool: int | None  # None: not all of the pool have answered any question
    pairs: list[int]
    recruited_again: bool


class Found(TypedDict):
    questions: int
    pool_questions: int  # that all of the pool have answered, here or elsewhere
    differing: int  # that the vote answers otherwise than the run did
    writer: str  # the vote that is counted: the run's own, or what stands for its LLM
    rows: list[Row]


def ask(run: Run) -> Finding | None:
    """What was found of a run that answers questions; None before it has ended."""
    if run.status == Run.Status.RUNNING or run.regrading:
        return None
    return asking.ask(Finding.Name.CONTRIBUTIONS, run, basis_of(run))


def find(run: Run) -> Found:
    """Read the run, and vote again without each of its experts."""
    experts = list(run.experts().order_by("pk"))
    writer, weigh = _vote(run)
    benched = _can_recruit_again(run)
    has_scores = benched and not _everybody_sits(run)
    read = Reader(run, experts, with_details=has_scores or weigh is not one_each).read()
    if not read.asked:
        return Found(questions=0, pool_questions=0, differing=0, writer=writer, rows=[])
    seats, said = stacked(read.experts, NOBODY), stacked(read.said, NOTHING)
    known = np.concatenate(read.known)
    weighing = _Weighing(run, experts, read.asked, weigh)
    ballots = Ballots(seats, said, weighing.of_all(seats, said))
    bench = None
    if benched:
        scores = _scores(run, experts, read)
        bench = Bench(scores, known, weighing.of, *_draws(run))
    found = contributions(ballots, len(experts), bench)
    questions, alone = unique_rights(known)
    is_right = np.array([one.right for one in read.asked])
    return Found(
        questions=len(read.asked),
        pool_questions=questions,
        differing=int(((ballots.elected() == RIGHT) != is_right).sum()),
        writer=writer,
        rows=[
            _row(expert, one, int(alone[place]) if questions else None)
            for place, (expert, one) in enumerate(zip(experts, found, strict=True))
        ],
    )


def _row(expert: Expert, found: Contribution, alone: int | None) -> Row:
    pairs = found.pairs
    return Row(
        expert=expert.pk,
        seats=found.seats,
        seated=found.seated,
        seated_right=found.seated_right,
        unique=found.unique,
        unique_in_pool=alone,
        pairs=[pairs.both, pairs.first, pairs.second, pairs.neither],
        recruited_again=found.recruited_again,
    )


def _vote(run: Run) -> tuple[str, Weigher]:
    """The run's own vote; where an LLM writes, whose answers without a seat nobody knows, the one
    that would stand in."""
    writer = WRITERS[run.writer]
    if run.profile is None:
        return MAJORITY.name, one_each
    stand_in = LLM_OR_VOTE.weigh
    assert stand_in is not None
    return ("weighted", stand_in) if writer.weigh is None else (writer.name, writer.weigh)


def _can_recruit_again(run: Run) -> bool:
    """Not where experts read each other, or one holds all seats."""
    by = run.answered_by
    return run.recruited_by is not None and by is not None and by.rounds == 1 and not by.samples


def _everybody_sits(run: Run) -> bool:
    return run.recruited_by is None or run.recruited_by.takes_all


def _draws(run: Run) -> tuple[bool, bool]:
    """Whether who comes next is drawn, and whether from those who sit as well, as the paper does;
    a random sample has each once."""
    by = run.recruited_by
    draws = by is not None and by.draws
    return draws, draws and by is not None and by.reads_profile


def _scores(run: Run, experts: Sequence[Expert], read: Read) -> Floats | None:
    """(n, e) who comes next, by what the recruiter said of everybody when it recruited; None where
    everybody sits."""
    keys = [str(expert.pk) for expert in experts]
    by = run.recruited_by
    if by is None or _everybody_sits(run):
        return None
    if by.score:
        parts = [[sum(one.scores.get(key, {}).values()) for key in keys] for one in read.asked]
        return np.array(parts, dtype=float)
    if by.reads_skills or by.draws:
        chances = np.array(
            [[one.chances.get(key, 0.0) for key in keys] for one in read.asked], dtype=float
        )
        with np.errstate(divide="ignore"):
            known: Floats = np.log(chances)
        return known
    strongest = profile_behind(run.pk).strongest
    order = [-float(strongest.index(key)) for key in keys]
    return np.tile(np.array(order), (len(read.asked), 1))


class _Weighing:
    """Weighs seats as the run's vote does. Of what others answer elsewhere the words are not read:
    their tone says nothing."""

    def __init__(
        self, run: Run, experts: Sequence[Expert], asked: Sequence[Asked], weigh: Weigher
    ) -> None:
        self._run, self._asked = run, asked
        self._keys = [str(expert.pk) for expert in experts]
        self._weigh = None if weigh is one_each else partial(weigh, self._profile(run))
        self._written: dict[int, dict[int, str]] = {}  # place → column → its words

    @staticmethod
    def _profile(run: Run) -> Profile:
        if not run.reads_evidence or run.profile is None:
            return profile_behind(run.pk)
        return fits.fitted(run.profile, list(run.experts()), with_domains=run.knows_domains)

    def of_all(self, seats: Ints, said: Ints) -> Floats:
        """Of the run's own seats, whose words are read where the vote goes by them."""
        if self._weigh is not None and self._run.reads_evidence:
            self._read_words(seats)
        return self.of(np.arange(len(seats)), seats, said)

    def of(self, places: Ints, seats: Ints, said: Ints) -> Floats:
        if self._weigh is None:
            return np.ones(seats.shape)
        weights = np.zeros(seats.shape)
        for first in range(0, len(places), AT_ONCE):
            some = places[first : first + AT_ONCE].tolist()
            keys = {self._asked[place].question for place in some}
            questions = Question.objects.in_bulk(keys)
            vectors = vectors_for(self._run, list(questions.values()))
            for row, place in enumerate(some, start=first):
                question = questions[self._asked[place].question]
                vector = vectors.get(question.pk)
                weights[row] = self._row(place, seats[row], said[row], question, vector)
        return weights

    def _row(
        self, place: int, seats: Ints, said: Ints, question: Question, vector: Vectors | None
    ) -> Floats:
        assert self._weigh is not None
        one, weights = self._asked[place], np.zeros(len(seats))
        there = [seat for seat, column in enumerate(seats.tolist()) if column != NOBODY]
        words = self._written.get(place, {})
        ballot = Ballot(
            self._run.value_of(question),
            [self._keys[seats[seat]] for seat in there],
            [one.spellings[said[seat]] if said[seat] >= RIGHT else None for seat in there],
            [words.get(int(seats[seat])) for seat in there],
            one.skills,
            vector,
            self._run.counts_looks,
        )
        weights[there] = self._weigh(ballot)
        return weights

    def _read_words(self, seats: Ints) -> None:
        for first in range(0, len(self._asked), AT_ONCE):
            some = self._asked[first : first + AT_ONCE]
            rows = Generation.objects.filter(pk__in=[g for one in some for g in one.generations])
            written = {
                row.pk: final_text(row.output, row.marker).strip()
                for row in rows.select_related("expert").iterator(chunk_size=500)
            }
            for place, one in enumerate(some, start=first):
                columns = seats[place].tolist()
                self._written[place] = {
                    column: text
                    for column, key in zip(columns, one.generations, strict=False)
                    if (text := written.get(key))
                }


class Told:
    """One expert's row, for those who read it."""

    def __init__(self, expert: Expert, row: Row) -> None:
        self.expert = expert
        self.row: Mapping[str, Any] = row
        self.seated = Share(row["seated_right"], row["seated"])
        self.pairs = Pairs(*row["pairs"])
        self.change: Paired = compare(self.pairs)

    @property
    def saved(self) -> int:
        """Answers that are right thanks to it."""
        return self.pairs.first

    @property
    def broken(self) -> int:
        """Answers that are wrong because of it."""
        return self.pairs.second


def told(finding: Finding) -> list[Told]:
    """The rows, who adds most first; without experts that are gone."""
    rows: list[Row] = finding.found.get("rows", [])
    experts = Expert.objects.in_bulk([row["expert"] for row in rows])
    made = [Told(experts[row["expert"]], row) for row in rows if row["expert"] in experts]
    return sorted(made, key=lambda one: (one.change.difference, -one.row["seats"]))
