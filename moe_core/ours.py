"""Ours: recruit the experts that are likeliest to be right on this question, together.

Instead of the paper's scores and draws. What is better, and by how much, stands in
docs/method-log.md; everything is counted or solved in closed form on a profile's evidence.
"""

import random
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from moe_core.evidence import Floats
from moe_core.forecast import Chances
from moe_core.profiles import Profile
from moe_core.recruitment import Asked, Recruitment

DOMAIN = "domain"
AT_ONCE = 4096  # questions in one matrix


class Contributions(Mapping[str, Mapping[str, float]]):
    """expert → name → what it adds to the chance of being right: a view of one question's rows.

    A view, because a hundred thousand questions times sixteen experts are recruited in one go.
    """

    NAMES = ("strength", DOMAIN, "skills", "neighbours", "together")

    def __init__(
        self, experts: Sequence[str], names: Sequence[str], parts: Sequence[Floats]
    ) -> None:
        """`names` are of NAMES: those of the `parts`, each of which has a value per expert."""
        self._experts, self._names, self._parts = experts, names, parts

    def __getitem__(self, expert: str) -> Mapping[str, float]:
        if expert not in self._experts:
            raise KeyError(expert)
        column = self._experts.index(expert)
        return {
            name: float(part[column]) for name, part in zip(self._names, self._parts, strict=True)
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._experts)

    def __len__(self) -> int:
        return len(self._experts)


def ours(profile: Profile, asked: Asked, k: int, rng: random.Random) -> Recruitment:
    """The k experts likeliest to be right, one seat each while there are enough.

    Raises RecruitingError for a profile without evidence.
    """
    return ours_all(profile, [asked], k)[0]


def ours_all(profile: Profile, asked: Sequence[Asked], k: int) -> list[Recruitment]:
    """`ours` for many questions at once."""
    recruited: list[Recruitment] = []
    for start in range(0, len(asked), AT_ONCE):
        some = asked[start : start + AT_ONCE]
        recruited += _seated(profile, profile.forecast.chances(some), k)
    return recruited


def _seated(profile: Profile, chances: Chances, k: int) -> list[Recruitment]:
    """One seat after another; each further one by its chance and its bonus beside the earlier."""
    experts = profile.observed.experts
    relative = chances.relative
    n, e = relative.shape
    seats = np.zeros((n, 0), dtype=int)
    bonus = np.zeros_like(relative)
    for _ in range(min(k, e)):
        # Who is seated keeps the bonus it was seated with: beside itself it would say nothing.
        seated = (seats[:, :, None] == np.arange(e)).any(axis=1)
        bonus = np.where(seated, bonus, _bonus(profile, seats))
        # Rounded, so that equals are equal however many questions share a matrix; the first wins.
        score = np.round(relative + bonus, 6)
        score[np.arange(n)[:, None], seats] = -np.inf
        seats = np.column_stack([seats, score.argmax(axis=1)])
    seats = np.take(seats, [place % e for place in range(k)], axis=1)  # a small pool sits again
    nobody = dict.fromkeys(experts, 0.0)
    told = ("strength", *chances.deviations, "together")
    parts = zip(*chances.deviations.values(), bonus, strict=True)
    return [
        Recruitment(
            tuple(names := [experts[column] for column in row]),
            nobody | dict.fromkeys(names, 1 / len(set(names))),
            scores=Contributions(experts, told, (chances.strength, *of_question)),
        )
        for row, of_question in zip(seats.tolist(), parts, strict=True)
    ]


def _bonus(profile: Profile, seats: NDArray[np.int_]) -> Floats:
    """What each expert gains beside those seated (n, e); few teams come up, so each only once."""
    if seats.shape[1] == 0:
        return np.zeros((len(seats), len(profile.observed.experts)))
    teams, of = np.unique(seats, axis=0, return_inverse=True)
    return np.stack([profile.together.bonus(team.tolist()) for team in teams])[of.ravel()]
