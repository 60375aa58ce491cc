"""How sure a share is, from how many it was counted."""

from scipy.stats import binomtest


def wilson(right: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of `right` in `n`, as fractions; (0, 1) of nothing."""
    if n == 0:
        return 0.0, 1.0
    interval = binomtest(right, n).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)
