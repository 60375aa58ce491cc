"""The list of experts: what it says of each, and in which order."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.pages.reading import flat
from webapp.experts.models import Expert, Pool
from webapp.pages.profiles.tally import Tally
from webapp.runs.models import Profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet, both: tuple[Expert, Expert]) -> Profile:
    found = Profile.objects.create(
        team=pool.team, pool=pool, question_set=question_set("validation"), ready=True
    )
    found.totals.create(expert=both[0], right=7, wrong=1)
    found.totals.create(expert=both[1], right=1, wrong=7)
    return found


def listed(client: Client, sort: str) -> list[str]:
    return [row.expert.name for row in client.get("/experts/", {"sort": sort}).context["rows"]]


def test_the_list_of_experts(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    first, second = both
    Expert.objects.filter(pk=first.pk).update(load_seconds=12, tokens_per_second=90)
    Expert.objects.filter(pk=second.pk).update(load_seconds=3, problem="out of memory")
    Expert.objects.create(
        name="Far 70B", engine="openai", source="far/Some-70B", endpoint="http://x/v1"
    )
    page = flat(signed_in.get("/experts/", {"sort": "-strength"}).content.decode())
    assert "about 70 B" in page and "87.5 %" in page and "problem" in page
    assert (
        '<th scope="col" class="n" aria-sort="descending"><a class="sorts" href="?sort=strength">'
        in page
    )
    assert f"/profiles/{profile.pk}/cell?expert={first.pk}" in page
    names = listed(signed_in, "")
    assert names == sorted(names, key=str.lower) == listed(signed_in, "nonsense")
    assert listed(signed_in, "-name") == names[::-1]
    assert listed(signed_in, "-strength")[:2] == [first.name, second.name]
    assert listed(signed_in, "strength")[:2] == [second.name, first.name]
    assert listed(signed_in, "load")[:2] == [second.name, first.name]
    assert listed(signed_in, "-speed")[0] == first.name
    assert listed(signed_in, "-size")[0] == "Far 70B"
    assert listed(signed_in, "-state")[0] == second.name


def test_the_strength_is_that_of_the_newest_profile(
    signed_in: Client, pool: Pool, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    """Of those that are ready and measured the expert."""
    newer, unfinished = (
        Profile.objects.create(
            team=pool.team, pool=pool, question_set=profile.question_set, ready=ready
        )
        for ready in (True, False)
    )
    newer.totals.create(expert=both[0], right=0, wrong=1)
    newer.totals.create(expert=both[1], right=0, wrong=0)
    unfinished.totals.create(expert=both[0], right=5, wrong=0)
    rows = {row.expert: row for row in signed_in.get("/experts/").context["rows"]}
    strength = rows[both[0]].strength
    assert (strength.profile, strength.tally) == (newer, Tally(0, 1))
    assert rows[both[1]].strength.profile == profile
