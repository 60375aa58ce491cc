"""What is best for a pool: a few ways to answer, cross-validated on its profile's own questions.

Every fold is recruited and voted on with a profile of the other folds, so that nobody is judged by
questions that it was chosen by. No test question is read, and no LLM writes: responses to the
validation questions are all that there is. Tone (moe_core.calibrated) is left out.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_core.aggregation import CALIBRATED, MAJORITY, WEIGHTED, WRITERS
from moe_core.errors import RecruitingError
from moe_core.evidence import Evidence, folds_of
from moe_core.grading import canonical
from moe_core.paired import Better, Paired, Pairs, compare
from moe_core.profiles import Profile
from moe_core.recruiters import recruit_all
from moe_core.votes import Ballot, vote

FOLDS = 5
LEAST = 20  # questions with a gold answer: of fewer nothing can be said
LOSS = 1.0  # percentage points that a cheaper way may lose, unless told otherwise
THREE = "three-best"  # what everything is compared with


@dataclass(frozen=True)
class Candidate:
    """One way to answer; `method`, `recruiter`, `writer` and `k` are what a run is started with."""

    name: str
    title: str
    method: str
    recruiter: str
    writer: str
    k: int


def candidates(k: int) -> tuple[Candidate, ...]:
    """The ways that are tried, where a question may have k seats."""
    fewer = {1: "one", 2: "two"}
    by = "likeliest to be right, by question"
    moe, writer, three = "skill-moe", CALIBRATED.name, f"the {k} best experts, for every question"
    paper = f"{k} experts drawn by skill (the paper), with a vote"
    return (
        Candidate("single", "the single best expert", "single", "single", MAJORITY.name, 1),
        *(
            Candidate(f"ours-{n}", f"the {word} {by}", moe, "ours", writer, n)
            for n, word in fewer.items()
            if n < k
        ),
        Candidate(THREE, three, moe, "task-top-k", WEIGHTED.name, k),
        Candidate("paper", paper, moe, "paper", MAJORITY.name, k),
        Candidate("ours", f"the {k} {by}", moe, "ours", writer, k),
    )


@dataclass(frozen=True)
class Estimate:
    """What a candidate is worth: percent right with its standard error, and responses a question.

    `cost` is what these responses cost on average, by the costs that were given; else as many as
    they are. `asked`: expert → how many of them are its own. `over_three` is this candidate against
    the best k experts, `below` against the most accurate one: its difference is negative where this
    one is worse.
    """

    candidate: Candidate
    accuracy: float
    error: float
    seats: float
    cost: float
    asked: Mapping[str, float]
    over_three: Paired
    below: Paired


@dataclass(frozen=True)
class Best:
    """The estimates, the cheapest first, and two to choose.

    `best`: the cheapest that is at most `loss` points under the most accurate. `cheapest`: the
    cheapest that is so, or is not clearly worse. Who is most accurate of several was chosen by
    these figures, so that its own is a little too good.
    """

    estimates: tuple[Estimate, ...]
    best: Estimate
    cheapest: Estimate
    questions: int
    folds: int
    loss: float


def best_for(
    evidence: Evidence,
    k: int = 3,
    folds: int = FOLDS,
    loss: float = LOSS,
    costs: Mapping[str, float] | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Best:
    """Try the candidates on a profile's evidence; seconds for 16 experts and 350 questions.

    `costs`: expert → what a response of it costs, in any unit. `meanwhile` is called again and
    again. Ways are judged by the questions that every expert was asked. Raises RecruitingError
    where fewer than LEAST of them have a gold answer.
    """
    evidence = evidence.graded()
    known = evidence.asked_of_all
    if len(known) < max(LEAST, folds):
        raise RecruitingError(
            f"only {len(known)} validation questions have a gold answer and were asked of every"
            f" expert: too few to tell what is best; profile the pool on {LEAST} or more"
        )
    tried = candidates(min(k, len(evidence.experts)))
    right, seats = _crossed(evidence, tried, folds, meanwhile)
    paid = np.array([(costs or {}).get(expert, 1.0) for expert in evidence.experts])
    of_seats = [np.array([paid[team].sum() for team in teams]) for teams in seats]
    most = int(right.mean(axis=1).argmax())
    three = next(place for place, of in enumerate(tried) if of.name == THREE)
    estimates = [
        Estimate(
            candidate,
            accuracy=100 * float(right[place].mean()),
            error=100 * float(right[place].std() / len(known) ** 0.5),
            seats=float(np.mean([len(team) for team in seats[place]])),
            cost=float(of_seats[place].mean()),
            asked=_asked_of(evidence, seats[place]),
            over_three=compare(Pairs.of(right[three], right[place])),
            below=compare(Pairs.of(right[most], right[place])),
        )
        for place, candidate in enumerate(tried)
    ]
    estimates.sort(key=lambda of: (round(of.cost, 9), -of.accuracy))
    best, cheapest = _chosen(estimates, loss)
    return Best(tuple(estimates), best, cheapest, len(known), folds, loss)


def _chosen(estimates: Sequence[Estimate], loss: float) -> tuple[Estimate, Estimate]:
    """The best and the cheapest of these, the cheapest first; see Best."""
    top = max(of.accuracy for of in estimates)
    near = [of for of in estimates if of.accuracy >= top - loss]
    untold = [of for of in estimates if of.below.better is not Better.FIRST]
    return near[0], min(near[0], untold[0], key=estimates.index)


Teams = list[list[int]]  # per question, the columns of its seats


def _crossed(
    evidence: Evidence, tried: Sequence[Candidate], folds: int, meanwhile: Callable[[], None]
) -> tuple[NDArray[np.bool_], list[Teams]]:
    """Whether each candidate was right on each question (candidates, n), and whom it asked.

    The n questions that every expert was asked; profiles are of all that were asked.
    """
    known = evidence.asked_of_all
    n = len(known)
    right = np.zeros((len(tried), n), dtype=bool)
    seats: list[Teams] = [[[] for _ in range(n)] for _ in tried]
    for test in folds_of(n, folds):
        rows = known[test].tolist()
        others = np.setdiff1d(np.arange(len(evidence.questions)), rows)
        profile = Profile.of(evidence.only(others.tolist()))
        asked = [evidence.asked(row) for row in rows]
        for place, of in enumerate(tried):
            meanwhile()
            found = recruit_all(of.recruiter, profile, asked, of.k, rows)
            for row, at, recruitment in zip(rows, test.tolist(), found, strict=True):
                team = [evidence.place[seat] for seat in recruitment.seats]
                seats[place][at] = team
                right[place, at] = _is_right(evidence, profile, of, row, team)
    return right, seats


def _asked_of(evidence: Evidence, teams: Teams) -> dict[str, float]:
    """Responses a question of each expert that is asked at all."""
    counted = Counter(column for team in teams for column in team)
    return {evidence.experts[column]: n / len(teams) for column, n in sorted(counted.items())}


def _is_right(
    evidence: Evidence, profile: Profile, of: Candidate, row: int, team: Sequence[int]
) -> bool:
    """Whether the vote of the seats is right: as right as a seat that states what it says."""
    stated = [evidence.stated[row][column] for column in team]
    ballot = Ballot(
        *(evidence.questions[row], [evidence.experts[column] for column in team], stated),
        skills=evidence.skills[row],
        vector=evidence.vectors[row],
    )
    weigh = WRITERS[of.writer].weigh
    assert weigh is not None  # all candidates vote
    answer = vote(stated, weigh(profile, ballot))
    return answer is not None and any(
        evidence.right[row, column] == 1
        for column, said in zip(team, stated, strict=True)
        if said is not None and canonical(said) == canonical(answer)
    )
