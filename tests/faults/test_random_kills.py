"""Many kills at random moments of one long run; `make test-faults KILLS=20` for fewer."""

import json
import os
import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.db.models import F, Sum

from tests.faults.conftest import MakeRun
from tests.faults.moments import VICTIMS, kill
from tests.faults.witness import Witness, check_again, check_whole
from tests.gpu_worker.workers import RealWorkers
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("KILLS", "200"))
QUESTIONS = 120  # of a run; another is submitted when fewer than as many generations are left
LONGEST_SECONDS = 5.0  # from one kill to the next, beside starting a worker
WORKERS_IN = 12  # of so many kills, one is of the worker and one of both: they cost a start
COLD_LOADS = 4  # to compare with, spread over the run
COLD = 1.1  # times a cold load may pass between a start after a kill and the first commit
NOTICED_SECONDS = 0.5  # after which a worker knows that its engine is dead
POISON = 2  # deaths alone that look like a poison prompt if there is one more
HOPELESS = 4  # deaths in a row, with nothing committed, that look like a hopeless expert


@dataclass
class Killer:
    """Kills at random, but for what a broken expert or a poison prompt would do as well."""

    witness: Witness
    workers: RealWorkers
    submit: MakeRun
    runs: list[Run] = field(default_factory=list)
    draw: random.Random = field(default_factory=lambda: random.Random(5))
    kills: list[tuple[datetime, datetime]] = field(default_factory=list)
    stops: list[tuple[datetime, datetime]] = field(default_factory=list)
    victims: Counter[str] = field(default_factory=Counter)
    flights: int = 0  # generations in flight at the kills and stops, all together
    blamed: Counter[int] = field(default_factory=Counter)
    in_a_row: int = 0
    done: int = 0

    def feed(self) -> None:
        """Keep work waiting, so that there is always something to kill."""
        if questions_left() < QUESTIONS / 2:
            self.runs.append(self.submit(QUESTIONS))

    def is_at_work(self) -> bool:
        self.feed()
        return self.workers.engine() is not None

    def strike(self) -> str:
        self.workers.wait(self.is_at_work, 120, "an engine")
        time.sleep(self.draw.uniform(0, LONGEST_SECONDS))
        self.workers.wait(self.is_at_work, 120, "an engine")
        victim = self.draw.choice(["worker", "both", *["engine"] * (WORKERS_IN - 2)])
        if victim == "engine" and self.looks_broken():
            victim = "both"
        before = self.witness.now()
        flight = set(Generation.objects.filter(status="claimed").values_list("pk", flat=True))
        if self.workers.engine() is None:  # its visit has ended meanwhile
            return self.strike()
        for process in VICTIMS[victim]:
            kill(self.workers, process)
        time.sleep(NOTICED_SECONDS)
        self.kills.append((before, self.witness.now()))
        self.victims[victim] += 1
        self.flights += len(flight)
        if victim == "engine":
            self.in_a_row += 1
            self.blamed.update(flight)
        else:
            self.in_a_row = 0
        return victim

    def stop(self) -> None:
        """A clean end, after which a start is a cold load."""
        before = self.witness.now()
        self.flights += Generation.objects.filter(status="claimed").count()
        self.workers.terminate("gpu")
        self.stops.append((before, self.witness.now()))

    def looks_broken(self) -> bool:
        done = Generation.objects.filter(status="done").count()
        if done > self.done:
            self.done, self.in_a_row = done, 0
        claimed = Generation.objects.filter(status="claimed").values_list("pk", flat=True)
        return self.in_a_row >= HOPELESS or any(self.blamed[pk] >= POISON for pk in claimed)


def test_random_kills(witness: Witness, workers: RealWorkers, submit: MakeRun) -> None:
    workers.start("default")
    killer = Killer(witness, workers, submit)
    cold, after_kill = [first_commit_seconds(killer)], []
    while len(killer.kills) < KILLS:
        if killer.strike() == "engine":
            continue
        after_kill.append(first_commit_seconds(killer))
        if len(cold) < COLD_LOADS * len(killer.kills) / KILLS:
            killer.stop()
            cold.append(first_commit_seconds(killer))
    workers.finish(*killer.runs, seconds=300)
    check_whole(witness, killer.runs)
    again = check_again(witness, killer.kills + killer.stops)
    ratio = statistics.median(after_kill) / statistics.median(cold)
    figures = {
        "kills": dict(killer.victims), "runs": len(killer.runs),
        "generations": Generation.objects.count(),
        "in_flight": killer.flights, "again": again, "cold_seconds": cold,
        "after_kill_seconds": after_kill,
        "ratio": ratio,
    }  # fmt: skip
    print(json.dumps(figures))
    assert again <= killer.flights
    assert ratio <= COLD


def questions_left() -> int:
    running = Run.objects.filter(status="running")
    left: int = running.aggregate(n=Sum(F("questions") - F("finished"), default=0))["n"]
    return left


def first_commit_seconds(killer: Killer) -> float:
    """From the start of a worker's process to the first result that it commits."""
    witness, workers = killer.witness, killer.workers
    killer.feed()
    started = witness.now()
    workers.start("gpu")
    workers.wait(lambda: witness.first_commit(started) is not None, 120, "a first commit")
    first = witness.first_commit(started)
    assert first is not None
    return round((first - started).total_seconds(), 2)
