"""What is refused before algebra, and what is not."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.costs import check_costs, is_costly
from moe_core.errors import TooCostly
from tests.hostile import REFUSED


@pytest.mark.parametrize("answer", REFUSED)
def test_refused(answer: str) -> None:
    with pytest.raises(TooCostly):
        check_costs(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "14",
        "1/2",
        r"\dfrac{1}{2}",
        "2^{2023}",
        "2^{10000}",
        "x^{y^{2}}",
        "e^{x^2}",
        "2^{2^3}",
        "(2^3)^4",
        r"2^3 \cdot 5^2 \cdot 7^4 \cdot 11^2 \cdot 13^2",
        "x^2y^3z^4w^5v^6",
        "3x^{2}+4x^{3}+5x^{4}+x^5+x^6",
        r"e^{e^{e}}",
        "10^{-9}",
        "6.02e23",
        "1.6E-19",
        "1e300",
        "n!",
        "(n+1)!",
        "1000!",
        r"5! \cdot 6!",
        r"\frac{10!}{3!7!}",
        "ABC!",
        "Hello!!",
        r"\frac{1}{1+\frac{1}{1+\frac{1}{1+\frac{1}{2}}}}",
    ],
)
def test_compared(answer: str) -> None:
    check_costs(answer)


@given(st.text("0123456789^*!(){}[]eE+-,. \\x", max_size=400))
def test_any_text_is_judged_at_once(text: str) -> None:
    began = time.process_time()
    with suppress(TooCostly):
        check_costs(text)
    assert time.process_time() - began < 0.1


@pytest.mark.parametrize("text", ["1", "1 ", "!", "! ", ") ", "1!", "^", "^ ", "1,", "^{", "1e0"])
def test_a_long_text_is_judged_at_once(text: str) -> None:
    for ending in ("", "x", "!"):
        began = time.process_time()
        is_costly(text * (100_000 // len(text)) + ending)
        is_costly("!" + " " * 20_000 + ending)
        assert time.process_time() - began < 1


def test_zeros_before_a_number_say_nothing() -> None:
    zeros = "0" * 5000
    assert not is_costly(f"x^{zeros}1")
    assert not is_costly(f"x^{{2^{zeros}2}}")
    assert is_costly(f"x^{zeros}99999")
