"""A share with its interval: how sure it is, from how many it was counted."""

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


def wilson(right: int, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of `right` in `n`, as fractions; (0, 1) of nothing."""
    if n == 0:
        return 0.0, 1.0
    middle = right + Z**2 / 2
    reach = Z * (right * (n - right) / n + Z**2 / 4) ** 0.5
    low, high = (middle - reach) / (n + Z**2), (middle + reach) / (n + Z**2)
    return max(0.0, low), min(1.0, high)  # rounding may leave the ends a little


@dataclass(frozen=True)
class Share:
    """What was right, of so many that count. All figures are in percent."""

    right: int
    n: int

    @property
    def percent(self) -> float | None:
        """None of nothing."""
        return 100 * self.right / self.n if self.n else None

    @cached_property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval; everything, of nothing."""
        low, high = wilson(self.right, self.n)
        return 100 * low, 100 * high

    @property
    def between(self) -> str:
        """The interval in whole percent, for people."""
        low, high = self.interval
        return f"{low:.0f}\N{EN DASH}{high:.0f} %"
