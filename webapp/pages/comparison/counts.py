"""What two runs over one question set come to. Postgres counts, once for all who look."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from moe_core import paired
from moe_core.intervals import Share
from moe_core.paired import Paired
from webapp.experts.models import Expert
from webapp.pages.comparison.pairs import IN, OPEN, Narrowing, State, pairs, state_of
from webapp.runs.kept import kept
from webapp.runs.models import Run
from webapp.runs.sql import fetched

MOST = 20  # categories, or skills, shown

# Only one of category and skill is not null, or neither in the totals. A question stands under
# the skill that was named first, [inferred, profiled, cosine].
_STATES = """
    SELECT category, skill, first, second, alike, count(*) FROM (
        SELECT q.category, coalesce(a.skills #>> '{0,1}', b.skills #>> '{0,1}', '') AS skill,
               a.verdict AS first, b.verdict AS second,
               coalesce(a.text, '') = coalesce(b.text, '') AS alike
        FROM runs_answer a
        JOIN runs_answer b ON b.question_id = a.question_id AND b.run_id = %(second)s
        JOIN questions_question q
          ON q.id = a.question_id AND q.question_set_id = %(question_set)s
        WHERE a.run_id = %(first)s
    ) pairs
    GROUP BY first, second, alike, GROUPING SETS ((), (category), (skill))
"""
# Whoever was recruited, asked or not.
_SEATED = """
    SELECT run_id, answer_id, expert_id FROM runs_generation g
    WHERE run_id IN (%(first)s, %(second)s) AND purpose = %(purpose_respond)s AND {first_round}
    UNION ALL
    SELECT run_id, a.id, (seat ->> 1)::bigint
    FROM runs_answer a CROSS JOIN jsonb_array_elements(a.unasked) seat
    WHERE run_id IN (%(first)s, %(second)s)
"""
_SEATS = """
    SELECT expert_id, count(*) FILTER (WHERE run_id = %(first)s),
           count(*) FILTER (WHERE run_id = %(second)s)
    FROM ({seated}) g GROUP BY 1
"""
# One pass over both runs: joined to itself, a run that Postgres takes for small is read once a row.
_REROUTED = """
    SELECT count(*), count(*) FILTER (WHERE first <> second) FROM (
        SELECT a.question_id,
               array_agg(g.expert_id ORDER BY g.expert_id) FILTER (WHERE g.run_id = %(first)s)
                   AS first,
               array_agg(g.expert_id ORDER BY g.expert_id) FILTER (WHERE g.run_id = %(second)s)
                   AS second
        FROM ({seated}) g JOIN runs_answer a ON a.id = g.answer_id
        GROUP BY a.question_id
    ) seated
    WHERE first IS NOT NULL AND second IS NOT NULL
"""

Counts = Counter[State]


@dataclass(frozen=True)
class PairCounts:
    """How many questions are in which state: all, or those of a category or skill."""

    name: str
    counts: Counts

    @property
    def tested(self) -> int:
        return self.counts.total() - self.counts[State.LEFT_OUT]

    @property
    def net(self) -> int:
        """Questions that the second run is right on beyond the first."""
        return self.counts[State.GAINED] - self.counts[State.LOST]

    @property
    def first(self) -> Share:
        return Share(self.counts[State.RIGHT] + self.counts[State.LOST], self.tested)

    @property
    def second(self) -> Share:
        return Share(self.counts[State.RIGHT] + self.counts[State.GAINED], self.tested)

    @property
    def shares(self) -> tuple[Share, Share]:
        return self.first, self.second

    def shown(self, show: str) -> int:
        """Questions of a list that shows a state, or several (`pairs.IN`)."""
        return sum(self.counts[State(state)] for state in IN.get(show, (show,)))

    @property
    def points(self) -> float:
        return 100 * self.net / self.tested

    @property
    def tested_by(self) -> Paired:
        """The paired test."""
        return paired.compare(
            paired.Pairs(
                both=self.counts[State.RIGHT],
                first=self.counts[State.LOST],
                second=self.counts[State.GAINED],
                neither=self.counts[State.WRONG] + self.counts[State.OTHERWISE],
            )
        )


@dataclass(frozen=True)
class SeatCounts:
    """Of one expert, in both runs."""

    expert: str
    first: int
    second: int

    @property
    def more(self) -> int:
        return self.second - self.first


@dataclass(frozen=True)
class Figures:
    whole: PairCounts
    open: int  # of those left out: without a verdict in one of the runs
    categories: list[PairCounts]
    skills: list[PairCounts]
    seats: list[SeatCounts]
    seated: int  # questions that have seats in both runs
    rerouted: int  # of these, with other experts in them

    @property
    def left_out(self) -> int:
        return self.whole.counts[State.LEFT_OUT]

    @property
    def ungraded(self) -> int:
        return self.left_out - self.open


def figures(first: Run, second: Run) -> Figures:
    """Counted again only when something has happened in one of them."""
    return kept("compared", first, second, count=lambda: _count(first, second))


def narrowed_counts(first: Run, second: Run, part: Narrowing) -> PairCounts:
    """Of the questions that an address narrows the comparison to."""
    found = pairs(first, second, part).order_by().values_list("verdict", "other_verdict", "alike")
    counts: Counts = Counter()
    for one, other, alike, n in found.annotate(n=Count("pk")):
        counts[state_of(one, other, alike=alike)] += n
    return PairCounts(part.category or part.skill, counts)


def _count(first: Run, second: Run) -> Figures:
    counts, unfinished, categories, skills = _states(first, second)
    one_round = all(
        run.answered_by is not None and run.answered_by.rounds == 1 for run in (first, second)
    )
    seated_by = _SEATED.format(first_round="true" if one_round else "g.round = 0")
    both = {"first": first.pk, "second": second.pk}
    ((seated, rerouted),) = fetched(_REROUTED.format(seated=seated_by), **both)
    names = dict(Expert.objects.values_list("pk", "name"))
    seats = [
        SeatCounts(names[expert], one, other)
        for expert, one, other in fetched(_SEATS.format(seated=seated_by), **both)
    ]
    return Figures(
        whole=PairCounts("", counts),
        open=unfinished,
        categories=_most_different(categories),
        skills=_most_different(skills),
        seats=sorted(seats, key=lambda of: (-abs(of.more), of.expert)),
        seated=seated,
        rerouted=rerouted,
    )


def _states(first: Run, second: Run) -> tuple[Counts, int, dict[str, Counts], dict[str, Counts]]:
    """All, how many of them have no verdict in one of the runs, by category, by skill."""
    whole: Counts = Counter()
    unfinished = 0
    categories: dict[str, Counts] = {}
    skills: dict[str, Counts] = {}
    for category, skill, one, other, alike, n in fetched(
        _STATES, first=first.pk, second=second.pk, question_set=first.question_set_id
    ):
        state = state_of(one, other, alike=alike)
        if category:
            categories.setdefault(category, Counter())[state] += n
        elif skill:
            skills.setdefault(skill, Counter())[state] += n
        elif category is None and skill is None:
            whole[state] += n
            unfinished += n if OPEN in (one, other) else 0
    return whole, unfinished, categories, skills


def _most_different(parts: Mapping[str, Counts]) -> list[PairCounts]:
    """By questions rather than percent, where one question of a rare skill would come first."""
    tallies = [PairCounts(name, counts) for name, counts in parts.items()]
    tested = [tally for tally in tallies if tally.tested]
    return sorted(tested, key=lambda of: (-abs(of.net), -of.tested, of.name))[:MOST]
