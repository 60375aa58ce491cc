"""What a recruiter is told of a question, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Recruitment:
    """The seats of one question, in order; `uniform` when no skill could tell experts apart.

    `probabilities` sum to 1: what the seats were drawn by, or what they were chosen by. `scores`
    is what speaks for an expert: expert → name of the contribution → value.
    """

    seats: tuple[str, ...]
    probabilities: Mapping[str, float]
    uniform: bool = False
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What a recruiter may know of a question."""

    skills: Sequence[str] = ()  # of the profile, matched; repeats count
    vector: NDArray[np.float32] | None = None  # (d,), the question's embedding
    options: int = 0
    category: str = ""  # what its set says that it is about, if anything
