"""Agreement: the figures that are published, and what libraries say where they are installed."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import agreement
from moe_core.agreement import Item

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), C: four observers, 12 units.
KRIPPENDORFF = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# J. L. Fleiss (1971), as in Fleiss, Statistical Methods for Rates and Proportions: 14 raters of ten
# subjects, in five categories; kappa 0.210.
FLEISS = (
    *((0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1)),
    *((7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7)),
)
# Grant proposals read by two: yes/yes 20, yes/no 5, no/yes 10, no/no 15; kappa 0.4.
COHEN = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15


def items_of(rows: tuple[str, ...]) -> list[Item]:
    table = [row.split() for row in rows]
    return [
        {rater: row[unit] for rater, row in enumerate(table) if row[unit] != "."}
        for unit in range(len(table[0]))
    ]


def test_the_published_figures() -> None:
    assert agreement.alpha(items_of(KRIPPENDORFF)) == pytest.approx(0.743, abs=5e-4)
    fleiss = [dict(enumerate(v for v, n in enumerate(row) for _ in range(n))) for row in FLEISS]
    assert agreement.fleiss(fleiss) == pytest.approx(0.210, abs=5e-4)
    cohen: list[Item] = [{"first": a, "second": b} for a, b in COHEN]
    assert agreement.cohen(cohen, "first", "second") == pytest.approx(0.4)
    assert agreement.raw(cohen) == pytest.approx(0.7)


ratings = st.lists(
    st.dictionaries(st.integers(0, 4), st.sampled_from("abc"), max_size=5), min_size=2, max_size=30
)


@given(ratings)
def test_the_figures_of_libraries(items: list[Item]) -> None:
    krippendorff = pytest.importorskip("krippendorff", reason="compared where it is installed")
    codes: dict[object, int] = {"a": 0, "b": 1, "c": 2}
    table = np.full((5, len(items)), np.nan)
    for unit, item in enumerate(items):
        for rater, value in item.items():
            table[rater, unit] = codes[value]
    ours = agreement.alpha(items)
    if ours is not None:
        theirs = krippendorff.alpha(table, level_of_measurement="nominal")
        assert ours == pytest.approx(theirs)


def test_kappas_of_libraries() -> None:
    rater = pytest.importorskip(
        "statsmodels.stats.inter_rater", reason="compared where it is installed"
    )
    rng = np.random.default_rng(1)
    for _ in range(20):
        table = rng.multinomial(4, [0.5, 0.3, 0.2], size=12)
        items: list[Item] = [
            dict(enumerate(v for v, n in enumerate(row) for _ in range(n))) for row in table
        ]
        assert agreement.fleiss(items) == pytest.approx(rater.fleiss_kappa(table))


@given(ratings)
def test_what_holds_of_any_ratings(items: list[Item]) -> None:
    found = agreement.with_interval(items)
    assert found.value == agreement.alpha(items)
    if found.low is not None and found.high is not None:
        assert found.value is not None and found.low <= found.high <= 1
    raw = agreement.raw_with_interval(items)
    assert raw.value is None or 0 <= raw.value <= 1
    renamed: list[Item] = [{r: f"x{v}" for r, v in item.items()} for item in items]
    assert agreement.alpha(renamed) == pytest.approx(found.value)


@pytest.mark.parametrize("items", [[], [{1: "a"}], [{1: "a", 2: "a"}], [{1: "a", 2: "a"}] * 3])
def test_nothing_to_tell_it_by(items: list[Item]) -> None:
    assert agreement.alpha(items) is None, "nobody could disagree"
    assert agreement.fleiss(items) is None and agreement.cohen(items, 1, 2) is None
    assert agreement.with_interval(items).low is None


def test_an_interval_holds_what_it_should() -> None:
    """Of 60 sets of ratings of known agreement, about 95 % of the intervals hold it."""
    rng = np.random.default_rng(3)
    held = 0
    for trial in range(60):
        # Two raters of a fair coin who copy each other half of the time: alpha 0.5.
        first = rng.integers(0, 2, 150)
        second = np.where(rng.random(150) < 0.5, first, rng.integers(0, 2, 150))
        items: list[Item] = [{"a": int(a), "b": int(b)} for a, b in zip(first, second, strict=True)]
        found = agreement.with_interval(items, seed=trial)
        assert found.low is not None and found.high is not None
        held += found.low <= 0.5 <= found.high
    assert held >= 53


def test_one_rater_among_others() -> None:
    items: list[Item] = [{"a": 1, "b": 1, "c": 2}, {"a": 1, "b": 2}, {"b": 1, "c": 1}, {"a": 3}]
    found = agreement.of_one(items, "a")
    assert found.value == pytest.approx(1 / 3) and found.items == 2
    assert agreement.of_one([{"a": 1}], "a").value is None


def test_a_large_queue_takes_no_time() -> None:
    rng = np.random.default_rng(2)
    items: list[Item] = [{"a": int(x), "b": int(y)} for x, y in rng.integers(0, 6, (20_000, 2))]
    began = time.process_time()
    agreement.with_interval(items)
    assert time.process_time() - began < 5
