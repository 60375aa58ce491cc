"""Trying an expert by a command."""

import threading
import time

import pytest
from django.core.management.base import CommandError, OutputWrapper
from django.db import connection

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.commands.running import an_expert, manage, manage_with_workers, write
from webapp.accounts.models import Team
from webapp.commands import trying
from webapp.execution.cancel import cancel
from webapp.experts.models import Expert
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("impatient")]


@pytest.fixture(autouse=True)
def looks_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "POLL_SECONDS", 0.02)


def test_trying_an_expert(team: Team) -> None:
    an_expert("tiny-01")
    printed = manage_with_workers(FakeEngine(write), "try_expert", "tiny-01")
    assert "Loaded in" in printed and "tokens/s. It ended by itself." in printed
    assert r"So \boxed{42}." in printed
    assert Generation.objects.get().max_tokens == 4096, "nothing tells that it does not think"


def test_what_is_written_is_printed_as_it_comes(team: Team) -> None:
    """Piece by piece, each once."""
    an_expert("tiny-01")
    text = "One, two, three, four, five, six, seven, eight, nine, ten."
    engine = FakeEngine(lambda *_: text, pieces=12)
    pieces: list[str] = []
    real = OutputWrapper.write

    def write_down(self: object, msg: str = "", *args: object, **options: object) -> None:
        pieces.append(msg)
        real(self, msg, *args, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(OutputWrapper, "write", write_down)
        printed = manage_with_workers(engine, "try_expert", "tiny-01", "--max-new-tokens", 60)
    assert text in printed
    assert len([piece for piece in pieces if piece and piece in text]) > 1
    assert Generation.objects.get().max_tokens == 60


def test_a_worker_that_dies_in_the_middle_is_told(team: Team) -> None:
    """What it had written is printed again from its beginning."""
    an_expert("tiny-01")
    engine = FakeEngine(write, pieces=8, fails=lambda _: engine.deadly.clear())
    dies = iter([True])

    def write_or_die(checkpoint: Checkpoint, prompt: Prompt) -> str:
        if Generation.objects.get().output and next(dies, False):
            engine.deadly.add(prompt.text)
        return "One, two, three, four."

    engine.write = write_or_die
    printed = manage_with_workers(engine, "try_expert", "tiny-01")
    assert "Its worker ended: it begins again." in printed
    assert "One, two, three, four." in printed.rpartition("begins again.")[2]


def test_ctrl_c_cancels_the_try_and_says_so(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    an_expert("tiny-01")

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("webapp.commands.trying.time.sleep", interrupted)
    with pytest.raises(SystemExit) as ended:
        manage("try_expert", "tiny-01")
    assert ended.value.code == 130
    assert Run.objects.get().status == "cancelled"


def test_a_try_that_somebody_else_cancels(team: Team) -> None:
    an_expert("tiny-01")

    def cancel_soon() -> None:
        try:
            until = time.monotonic() + 20
            while not Generation.objects.exclude(output="").exists():
                assert time.monotonic() < until
                time.sleep(0.02)
            cancel(Run.objects.get())
        finally:
            connection.close()  # this thread's own

    cancelling = threading.Thread(target=cancel_soon)
    cancelling.start()
    with pytest.raises(CommandError, match=r"was cancelled\. Cancelled after \d+ token"):
        manage_with_workers(FakeEngine(write, pieces=200), "try_expert", "tiny-01")
    cancelling.join(20)


def test_trying_an_expert_that_does_not_load(team: Team) -> None:
    expert = an_expert("tiny-01")
    with pytest.raises(CommandError, match=r"tiny-01 does not load: no such checkpoint\nPut it"):
        manage_with_workers(FakeEngine(write, broken={expert.source}), "try_expert", "tiny-01")
    with pytest.raises(CommandError, match="no expert called 'tiny-99'"):
        manage("try_expert", "tiny-99")
    with pytest.raises(CommandError, match="Write a question"):
        manage("try_expert", "tiny-01", "--question", " ")
    with pytest.raises(CommandError, match="between 1 and 131,072 tokens, not 0"):
        manage("try_expert", "tiny-01", "--max-new-tokens", "0")
    with pytest.raises(CommandError, match="no known switch for thinking"):
        manage("try_expert", "tiny-01", "--no-thinking")
    Expert.objects.create(name="gone", source="/no/such/folder")
    with pytest.raises(CommandError, match="no folder"):
        manage("try_expert", "gone")
