"""Titles, tags, notes, owners, names."""

import pytest

from tests.accounts.walking import member
from tests.conftest import MakeSet, Messages
from webapp.accounts.models import Role, Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.keeping.kinds import KeepingRefused
from webapp.keeping.naming import describe, hand_over, rename, tags_of
from webapp.runs.models import Profile, Run

pytestmark = pytest.mark.django_db
LONG = "mistralai/Mixtral-8x7B-Instruct-v0.1"


@pytest.fixture
def run(team: Team, user: User, pool: Pool, question_set: MakeSet, nobody_listens: Messages) -> Run:
    return submit_run(team, user, pool=pool, questions=question_set(), method="all-experts", seed=3)


def test_titles_are_made_of_what_a_run_does(team: Team, user: User, pool: Pool, run: Run) -> None:
    assert run.heading == f"Run {run.pk}: All experts vote · test 8 · Small"
    assert run.owner == user
    assert run.question_set is not None

    def again(**settings: object) -> str:
        made = submit_run(
            team, user, pool=pool, questions=run.question_set,  # type: ignore[arg-type]
            method="all-experts", **settings,  # type: ignore[arg-type]
        )  # fmt: skip
        return made.differs

    assert again() == "seed 0"
    assert again() == "again"
    assert again(seed=1) == "seed 1"
    left_out = pool.experts.get(name="tiny-02").pk
    assert again(seed=1, left_out=[left_out]) == "without tiny-02"
    assert again(seed=2) == "seed 2, with tiny-02"
    other = submit_run(team, None, pool=pool, questions=run.question_set, method="all-experts",
                       seed=2, title="  Mine \n too ")  # fmt: skip
    assert other.owner is None


def test_what_is_said_of_a_run(team: Team, user: User, run: Run) -> None:
    describe(run, user, title=f" For\x00 {LONG}\nalone ", tags=["Sweep", "sweep ", "a  b"])
    run.refresh_from_db()
    assert run.title == f"For {LONG} alone"
    assert run.tags == ["a b", "sweep"] == tags_of(team)
    describe(run, user, notes="**Well**\r\n")
    assert (run.notes, run.tags) == ("**Well**", ["a b", "sweep"])
    describe(run, user, title="", tags=[])
    assert run.title == run.made_title and not tags_of(team)
    for wrong in ({"title": "x" * 201}, {"tags": ["x" * 41]}, {"tags": map(str, range(21))},
                  {"notes": "x" * 20_001}):  # fmt: skip
        with pytest.raises(KeepingRefused):
            describe(run, user, **wrong)


def test_a_run_is_handed_over_within_the_team(team: Team, user: User, run: Run) -> None:
    ada = member(team, Role.VIEWER, "ada").user
    hand_over(run, ada, user)
    assert Run.objects.get(pk=run.pk).owner == ada
    eve = member(Team.objects.create(name="Others"), Role.ADMIN, "eve").user
    with pytest.raises(KeepingRefused, match="not in Team"):
        hand_over(run, eve, user)


def test_names_are_there_once(team: Team, user: User, pool: Pool, run: Run) -> None:
    other = Pool.objects.create(team=team, name="Other")
    with pytest.raises(KeepingRefused, match="a pool called Small"):
        rename(other, " Small ", user)
    assert str(other) == "Other"
    rename(other, LONG, user)
    with pytest.raises(KeepingRefused, match="1 to 100"):
        rename(other, "  ", user)
    assert Pool.objects.get(pk=other.pk).name == LONG
    profile = Profile(team=team, pool=pool, question_set=run.question_set)
    profile.save()
    rename(profile, "Best", user)
    assert str(profile) == "Best"
    rename(profile, "", user)
    assert str(profile) == "Small on test 8"
