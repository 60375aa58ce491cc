"""Which experts are right where others are split: experts that err alike add little together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from moe_core.evidence import Evidence, Floats
from moe_core.grading import canonical

# Questions that the experts' own strength weighs against those on which the seats were split.
PRIOR_SPLIT = 300


class Together:
    """What a further seat is worth, given who is seated; counted on the validation questions.

    A vote is open where the seats so far do not all state one answer, and there the next seat
    decides. An expert's bonus is how much more often it is right on such questions than its
    strength lets expect, shrunk: chance alone makes some pair look good.
    """

    def __init__(self, evidence: Evidence) -> None:
        codes: dict[str, int] = {}
        self._stated = np.array(
            [
                [-1 if a is None else codes.setdefault(canonical(a), len(codes)) for a in row]
                for row in evidence.stated
            ],
            dtype=int,
        ).reshape(evidence.right.shape)
        self._right = np.nan_to_num(evidence.right)
        self._seen, self._unasked = evidence.seen, evidence.unasked
        self._strength = evidence.strength
        self._known: dict[tuple[int, ...], Floats] = {}

    def bonus(self, seats: Sequence[int]) -> Floats:
        """Per expert (e), on the scale of the chance of being right; 0 for the first two seats.

        `seats` are columns of the evidence.
        """
        key = tuple(sorted(seats))
        if len(key) < 2:
            return np.zeros_like(self._strength)
        if key not in self._known:
            self._known[key] = self._counted(self._open(key))
        return self._known[key]

    def _open(self, seats: Sequence[int]) -> NDArray[np.bool_]:
        """The questions (n), of those that all of them were asked, on which these seats were split,
        or one had no answer."""
        stated = self._stated[:, list(seats)]
        split = (stated != stated[:, :1]).any(axis=1) | (stated < 0).any(axis=1)
        return np.asarray(split & ~self._unasked[:, list(seats)].any(axis=1))

    def _counted(self, split: NDArray[np.bool_]) -> Floats:
        seen = self._seen[split].sum(axis=0)
        if not seen.any():
            return np.zeros_like(self._strength)
        right = self._right[split].sum(axis=0)
        # Split questions are harder for everybody.
        harder = right.sum() / max(float((self._strength * seen).sum()), 1e-9)
        expected = self._strength * harder
        return np.asarray((right - seen * expected) / (seen + PRIOR_SPLIT))
