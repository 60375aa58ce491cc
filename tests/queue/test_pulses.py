"""Which processes still go round, and which are shown as stuck."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.pages.reading import flat
from webapp.queue import pulses
from webapp.runs.models import Pulse

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mine(monkeypatch: pytest.MonkeyPatch) -> pulses.Mine:
    """A process that says so each time that it is asked to."""
    monkeypatch.setattr(pulses, "SECONDS", 0.0)
    made = pulses.Mine()
    made.begin("gpu@here")
    return made


def age(seconds: float) -> None:
    Pulse.objects.update(seen=timezone.now() - timedelta(seconds=seconds))


def test_a_process_is_stuck_until_it_goes_on(mine: pulses.Mine) -> None:
    assert Pulse.objects.get().pid == os.getpid()
    age(19)
    assert pulses.stuck() == []
    age(21)
    (one,) = pulses.stuck()
    assert (one.name, one.host, one.pid) == ("gpu", "here", os.getpid())
    mine.beat()
    assert pulses.stuck() == []


def test_what_ended_in_order_or_long_ago_is_not_missed(mine: pulses.Mine) -> None:
    age(2 * 24 * 3600)
    assert pulses.stuck() == []
    mine.end()
    assert not Pulse.objects.exists()
    mine.beat()
    assert not Pulse.objects.exists()


def test_a_thread_says_nothing_for_the_loop(mine: pulses.Mine) -> None:
    age(21)
    beside = threading.Thread(target=mine.beat)
    beside.start()
    beside.join()
    assert pulses.stuck()


def test_nothing_is_said_while_a_child_is_stopped(mine: pulses.Mine) -> None:
    """What works for it stands still, as the one child of `default` or an engine."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        child.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
        age(21)
        mine.beat()
        assert pulses.stuck()
        child.send_signal(signal.SIGCONT)
        os.waitid(os.P_PID, child.pid, os.WCONTINUED | os.WNOWAIT)
        mine.beat()
        assert pulses.stuck() == []
    finally:
        child.kill()
        child.communicate()


def test_the_home_page_says_who_and_what_to_do(signed_in: Client, mine: pulses.Mine) -> None:
    assert "has said nothing since" not in flat(signed_in.get("/gpu").content.decode())
    age(21)
    said = flat(signed_in.get("/gpu").content.decode())
    assert "The process gpu on here</strong> has said nothing since" in said
    assert f"kill -CONT {os.getpid()}" in said
