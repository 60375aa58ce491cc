"""Whom a pool needs, as a worker finds it of a profile, and keeps it."""

import numpy as np
import pytest
from django.utils import timezone

from tests.conftest import Messages
from tests.recorded.logs import done
from webapp.execution.start import submit_profile
from webapp.experts.memory.places import SIZES
from webapp.experts.models import Expert, Pool
from webapp.findings import asking
from webapp.findings.finders import FINDERS
from webapp.findings.pools import advice
from webapp.findings.pools.means import Means, means_of
from webapp.questions.models import QuestionSet
from webapp.runs.models import ExpertCost, Finding, Profile, Run, RunCost

pytestmark = pytest.mark.django_db


def found(profile: Profile) -> Finding:
    finding = advice.ask(profile)
    while asking.find(finding.pk, FINDERS):
        pass
    finding.refresh_from_db()
    assert finding.ready and not finding.problem, finding.problem
    return finding


def named(keys: list[int]) -> set[str]:
    return set(Expert.objects.filter(pk__in=keys).values_list("source", flat=True))


def test_one_of_three_is_all_that_this_pool_needs(recorded_profile: Profile) -> None:
    of = found(recorded_profile).found
    assert of["questions"] == 12 and [size["loads"] for size in of["sizes"]] == [1, 2, 3]
    first, whole = of["sizes"][0], of["sizes"][-1]
    assert named(first["experts"]) == {"org/right"} and first["pairs"] == [12, 0, 0, 0]
    assert whole["pairs"] == [12, 0, 0, 0] and whole["hours"] is None
    without = {next(iter(named([one["expert"]]))): one["pairs"] for one in of["without"]}
    assert without["org/right"] == [0, 12, 0, 0]
    assert without["org/wrong"] == without["org/silent"] == [12, 0, 0, 0]
    assert of["added"] == []
    (step,) = of["budgets"]["loads"]
    assert step["budget"] == 1 and step["best"] == first
    finding = advice.ask(recorded_profile)
    assert advice.within(finding, "loads", 0.5) is None
    assert advice.within(finding, "loads", 2) == first
    assert advice.within(finding, "hours", 2) is None, "nobody was ever measured"


def test_whom_the_pool_should_take_up(
    recorded_profile: Profile, validation: QuestionSet, nobody_listens: Messages
) -> None:
    """Experts that were profiled on the same set in another pool."""
    pool = recorded_profile.pool
    right = pool.experts.get(source="org/right")
    poor = Pool.objects.create(team=pool.team, name="Poor", embedder=pool.embedder)
    poor.experts.set(pool.experts.exclude(pk=right.pk))
    done(submit_profile(pool.team, None, poor, validation))
    finding = found(Profile.objects.get(pool=poor))
    (added,) = finding.found["added"]
    assert added == {"expert": right.pk, "pairs": [0, 0, 12, 0]}
    assert advice.experts_in(finding)[right.pk] == right
    nobody_listens.clear()
    assert advice.ask(Profile.objects.get(pool=poor)) == finding and not nobody_listens
    Run.objects.filter(profile=recorded_profile).update(event_seq=99)
    assert not advice.ask(Profile.objects.get(pool=poor)).ready, "its answers may be others now"


def test_too_few_questions_tell_nothing(recorded_profile: Profile) -> None:
    recorded_profile.runs.get().generations.update(verdict="ungraded")
    of = found(recorded_profile).found
    assert of["questions"] == 0 and of["sizes"] == []


def test_what_a_subset_costs() -> None:
    small = Means([1.0, 4.0], [60.0, 600.0], [2, 30], [frozenset({24, 48}), frozenset({48})])
    seats = np.array([2.0, 1.0])
    assert small.hours((0,), seats) == pytest.approx((60 + 2000) / 3600)
    assert small.hours((0, 1), seats) == pytest.approx((660 + 2000 + 4000) / 3600)
    assert small.largest((0, 1)) == 30 and small.largest((0,)) == 2
    costs = small.costs()
    assert [of((0, 1), seats) for of in costs.values()] == [2, small.hours((0, 1), seats), 3e-8]
    limits = small.limits(3)
    assert [title.split(",")[0] for title in limits] == [
        "a GPU of 24 GB", "half of the GPU time", "a quarter of the GPU time"
    ]  # fmt: skip
    on_24 = limits["a GPU of 24 GB"]
    assert on_24((0,), seats) and not on_24((0, 1), seats)
    unknown = Means([None, 4.0], [0.0, 0.0], [None, 30], [frozenset(), frozenset()])
    assert unknown.hours((0,), seats) is None and unknown.largest((0, 1)) is None
    assert unknown.limits(3) == {} and unknown.costs()["memory"]((0, 1), seats) is None


def test_times_are_those_of_the_newest_run(pool: Pool) -> None:
    first, second = pool.experts.order_by("pk")
    for load in (5.0, 7.0):
        run = Run.objects.create(team=pool.team, pool=pool, ended=timezone.now())
        cost = RunCost.objects.create(
            run=run, ended=timezone.now(), wall_seconds=9, waiting_seconds=0
        )
        ExpertCost.objects.create(
            cost=cost, expert=first, is_endpoint=False, generations=10, prompt_tokens=1, tokens=1,
            loading_seconds=load, generating_seconds=20, waiting_seconds=0, measured_seconds=0,
            joules=0,
        )  # fmt: skip
    known = means_of([first, second])
    assert known.seconds == [2.0, None] and known.load_seconds == [7.0, 0.0]
    assert all(weights and weights > 100_000 for weights in known.weights), "read off their files"
    assert known.fits[0] == frozenset(SIZES)
