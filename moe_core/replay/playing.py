"""Plays a method over recorded responses: seats first, then the vote of those seats alone."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from moe_core.errors import RecordingError
from moe_core.evidence import Floats
from moe_core.grading import grade
from moe_core.profiles import Profile
from moe_core.recruiters import recruit_all
from moe_core.replay.prepared import Prepared
from moe_core.replay.recording import Recording
from moe_core.replay.ways import Way
from moe_core.stopping import ALL, StoppingRule, spared, without
from moe_core.trimming import trim
from moe_core.values import Verdict
from moe_core.votes import Ballot, vote

Seats = Sequence[tuple[str, ...]]  # per question


@dataclass(frozen=True)
class Played:
    """One method: seats and answers of its first seed; `right` (n) is the mean over its seeds.

    No answers where the recording has scores. Of its first seed: whom of the seats the rule has
    `asked`, and whether the answers are the `same` as with every seat asked.
    """

    seats: Seats
    answers: Sequence[str | None]
    first: Floats  # (n) 1 right, 0 not, or the score; nan without a gold answer; by the first seed
    right: Floats
    seconds: float  # of recruiting and voting, per seed
    asked: Seats
    same: bool


def play(
    way: Way,
    prepared: Prepared,
    test: Recording,
    k: int,
    seeds: int,
    trimmed: bool,
    asks: StoppingRule = ALL,
) -> Played:
    """Recruit and vote with as many seeds as the method draws by; seats are asked as the rule says,
    in one pass over the experts, the strongest first."""
    started = time.perf_counter()
    runs = []
    count = seeds if way.draws else 1
    for seed in range(count):
        seats = recruited(way, prepared, test, k, seed, trimmed)
        ballots = [] if test.is_scored else list(polled(way, prepared, test, seats, asks))
        runs.append((seats, ballots, [_vote(way, prepared, ballot) for ballot, _ in ballots]))
    seconds = (time.perf_counter() - started) / count
    right = np.array(
        [
            _scored(test, seats) if test.is_scored else graded(test, answers)
            for seats, _, answers in runs
        ]
    )
    seats, ballots, answers = runs[0]
    return Played(
        *(seats, answers, right[0], right.mean(axis=0), seconds),
        asked=[team for _, team in ballots] or seats,
        same=asks is ALL or answers == voted(way, prepared, test, seats),
    )


def recruited(
    way: Way, prepared: Prepared, test: Recording, k: int, seed: int, trimmed: bool
) -> Seats:
    """The seats of every question; no response is read."""
    keys = [f"{seed}/{key}" for key in test.ids]
    asked = prepared.asked_by(way.recruiter)
    found = recruit_all(way.recruiter.name, profile_of(way, prepared), asked, k, keys)
    seats = [recruitment.seats for recruitment in found]
    return trim(seats, seed) if trimmed else seats


def voted(way: Way, prepared: Prepared, test: Recording, seats: Seats) -> list[str | None]:
    """Each question's answer, by the responses of its seats; an absent one casts no vote."""
    return [_vote(way, prepared, ballot) for ballot, _ in polled(way, prepared, test, seats)]


def polled(
    way: Way, prepared: Prepared, test: Recording, seats: Seats, asks: StoppingRule = ALL
) -> Iterator[tuple[Ballot, tuple[str, ...]]]:
    """Each question's ballot, in which seats that the rule did not ask state nothing, and those
    that it asked."""
    columns = {model: column for column, model in enumerate(test.models)}
    profile = profile_of(way, prepared)
    for row, (question, asked, team) in enumerate(
        zip(test.questions, prepared.asked_by(way.recruiter), seats, strict=True)
    ):
        responses = [test.responses[row][columns[seat]] for seat in team]
        stated = [None if response is None else response.stated for response in responses]
        texts = [None if response is None else response.text for response in responses]
        skills = asked.skills if way.recruiter.reads_skills else ()
        ballot = Ballot(question, team, stated, texts, skills, asked.vector)
        left = spared(asks, profile, ballot, way.weigh, profile.strongest)
        asked_of = [seat for place, seat in enumerate(team) if place not in left]
        yield without(ballot, left), tuple(asked_of)


def _vote(way: Way, prepared: Prepared, ballot: Ballot) -> str | None:
    return vote(ballot.stated, way.weigh(profile_of(way, prepared), ballot))


def profile_of(way: Way, prepared: Prepared) -> Profile:
    return prepared.profile if way.domains else prepared.plain


def _scored(test: Recording, seats: Seats) -> Floats:
    """The score of each question's one seat. Raises RecordingError where there are more."""
    if any(len(set(team)) != 1 for team in seats):
        raise RecordingError(
            "the responses are scores, and scores cannot be voted on: give --k 1, and methods that"
            " recruit one expert"
        )
    columns = [test.models.index(team[0]) for team in seats]
    return np.nan_to_num(test.right[np.arange(len(columns)), columns])


def graded(test: Recording, answers: Sequence[str | None]) -> Floats:
    """(n): 1 for a right answer, 0 for another one, nan without a gold answer."""
    return np.array(
        [
            float(grade(question, answer) is Verdict.CORRECT) if question.gold else np.nan
            for question, answer in zip(test.questions, answers, strict=True)
        ]
    )
