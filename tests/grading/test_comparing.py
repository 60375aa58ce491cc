"""Comparing answers where nothing that a model writes may stop the product."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from moe_core.errors import TooCostly
from moe_core.grading import by_rules
from tests.hostile import KILLED, REFUSED
from webapp.grading import comparer, comparing
from webapp.grading.host import PATIENCE, SECONDS, Algebra, warm_up

ROOT = Path(__file__).resolve().parents[2]


def host() -> psutil.Process:
    assert comparing.same("x+1", "1+x")  # by algebra, so that it is there
    return psutil.Process(comparer.comparer().pid)


@pytest.fixture(autouse=True)
def anew() -> None:
    comparing.forget()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("33", "033", True),
        ("33", "34", False),
        (r"\dfrac{1}{2}", "0.5", True),
        ("x+1", "1+x", True),
        ("x+1", "x+2", False),
        ("", "", True),
        ("", "3", False),
        (r"Since 10^{99999} is even, the value is \boxed{x+1}", "1+x", True),
    ],
)
def test_it_says_what_the_method_says(one: str, other: str, same: bool) -> None:
    assert comparing.same(one, other) is same


@pytest.mark.parametrize("answer", [text for text in REFUSED if by_rules("14", text) is None])
def test_what_is_refused_costs_nothing(answer: str) -> None:
    for pair in (("14", answer), (answer, "14")):
        began = time.process_time()
        with pytest.raises(TooCostly):
            comparing.same(*pair)
        assert time.process_time() - began < 0.5


def tried_again(*_: object) -> None:
    raise AssertionError("it is asked once more")


@pytest.mark.slow
@pytest.mark.parametrize("answer", KILLED)
def test_what_takes_too_long_is_ended_and_never_tried_again(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host()
    began = time.monotonic()
    with pytest.raises(TooCostly):
        comparing.same("14", answer)
    assert time.monotonic() - began < PATIENCE + 1
    with monkeypatch.context() as patch:
        patch.setattr(comparer.Comparer, "ask", tried_again)
        with pytest.raises(TooCostly):
            comparing.same("14", answer)
    assert comparing.same("x+2", "2+x"), "the next one is compared"


def test_nothing_is_said_for_a_death() -> None:
    """Whoever is killed, the answer is found all the same."""
    process = host()
    for child in process.children():
        child.kill()
    assert comparing.same("x+2", "2+x")
    process.kill()
    assert comparing.same("x+3", "3+x")
    assert not comparing.same("x+3", "4+x")
    assert host().pid != process.pid
    assert not psutil.pid_exists(process.pid), "it was waited for"


@pytest.mark.slow
def test_a_question_has_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.grading.comparing.QUESTION_SECONDS", SECONDS + 0.5)
    within = comparing.same_in_time()
    with pytest.raises(TooCostly, match="these answers"):
        within("14", KILLED[0])
    with pytest.raises(TooCostly, match="this question"):
        within("x+1", "1+x")
    assert within("33", "033"), "spelling takes no time"
    with pytest.raises(TooCostly, match="these answers"):
        within("33", REFUSED[0])


def test_what_spelling_takes_counts_to_the_time_of_a_question(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.grading.comparing.QUESTION_SECONDS", SECONDS + 1e-9)
    within = comparing.same_in_time()
    assert within("33", "033")
    with pytest.raises(TooCostly, match="this question"):
        within("x+1", "1+x")


def hog(one: str, other: str) -> bool:
    held = []
    while True:
        held.append(bytearray(2**26))


def sleep(one: str, other: str) -> bool:
    time.sleep(60)
    return True


def die(one: str, other: str) -> bool:
    raise SystemExit(1)


def break_(one: str, other: str) -> bool:
    raise KeyError(one)


def run_out(one: str, other: str) -> bool:
    raise MemoryError


@pytest.mark.parametrize("compare", [hog, sleep, die, break_, run_out])
def test_whatever_a_comparison_does_it_is_ended(
    compare: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.grading.host.PATIENCE", 3.0)
    algebra = Algebra(compare)  # type: ignore[arg-type]
    try:
        began = time.monotonic()
        assert algebra.compare("a", "b").same is None
        assert time.monotonic() - began < PATIENCE
    finally:
        algebra.end()
    assert not psutil.Process().children() or all(
        child.status() != psutil.STATUS_ZOMBIE for child in psutil.Process().children()
    )


def test_it_answers_again_after_one_that_was_ended() -> None:
    warm_up()
    algebra = Algebra()
    try:
        assert algebra.compare("1/2", "0.5").same
        assert algebra.compare("14", "2E99999999").same is None
        assert algebra.compare("1/2", "0.5").same
    finally:
        algebra.end()


def test_it_ends_with_its_parent_however_that_ends() -> None:
    program = (
        "import os, psutil\n"
        "from webapp.grading import comparer, comparing\n"
        "assert comparing.same('x+1', '1+x')\n"
        "host = psutil.Process(comparer.comparer().pid)\n"
        "print(host.pid, *(child.pid for child in host.children()), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    pids = [int(pid) for pid in said.stdout.split()]
    assert len(pids) == 2, said.stderr
    _, alive = psutil.wait_procs(
        [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)], timeout=10
    )
    assert not alive


def test_what_needs_no_algebra_starts_no_process_and_imports_none() -> None:
    program = (
        "import sys\n"
        "from webapp.grading import comparer, comparing\n"
        "assert comparing.same('33', '033') and not comparing.same('3', '4')\n"
        "assert comparer.comparer().pid is None\n"
        "assert comparing.same('x+1', '1+x')\n"
        "assert comparer.comparer().pid is not None\n"
        "assert 'math_verify' not in sys.modules and 'sympy' not in sys.modules\n"
        "print('well')\n"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert said.stdout == "well\n", said.stderr


def test_a_process_that_does_not_start_says_nothing_of_the_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.grading.comparer.sys.executable", "/bin/false")
    with pytest.raises(comparer.CannotCompare):
        comparer.Comparer().ask("1/2", "0.5")
