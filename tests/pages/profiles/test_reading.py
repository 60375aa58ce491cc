"""What is strongest and weakest, and which changes are surest."""

import pytest
from django.test import Client

from moe_core.intervals import wilson
from tests.conftest import MakeSet
from tests.pages.reading import words
from webapp.experts.models import Expert, Pool
from webapp.pages.profiles import reading
from webapp.pages.profiles.tally import Tally
from webapp.runs.models import Profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet) -> Profile:
    return Profile.objects.create(
        team=pool.team, pool=pool, question_set=question_set("validation"), ready=True
    )


def test_strongest_and_weakest_by_the_bound(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    expert = both[0]
    counts = {"few": (2, 0), "many": (45, 5), "most": (90, 5), "even": (5, 5), "bad": (0, 3),
              "worse": (2, 20)}  # fmt: skip
    for skill, (right, wrong) in counts.items():
        profile.cells.create(expert=expert, skill=skill, right=right, wrong=wrong)
    strong, weak = reading.extremes(profile, expert)
    assert [found.skill for found in strong] == ["most", "many", "few"]
    lows = [wilson(found.tally.right, found.tally.n)[0] for found in strong]
    assert lows == sorted(lows, reverse=True)
    assert [found.skill for found in weak] == ["worse", "bad", "even"]
    profile.totals.create(expert=expert, right=90, wrong=5)
    strong, _ = reading.extremes(profile, expert)
    assert [found.skill for found in strong] == ["most", "few"], "at least the strength over all"
    page = signed_in.get(expert.get_absolute_url()).content.decode()
    assert f"most 90 95 95 % {Tally(90, 95).between}" in words(page)
    assert f"/profiles/{profile.pk}/cell?expert={expert.pk}&amp;skill=worse" in page


def test_changes_are_ordered_by_how_sure_they_are(
    pool: Pool, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    older, newer = (
        profile,
        Profile.objects.create(
            team=profile.team, pool=pool, question_set=profile.question_set, ready=True
        ),
    )
    counts = {"one": ((0, 1), (1, 1)), "many": ((50, 100), (80, 100)), "some": ((5, 10), (9, 10)),
              "huge": ((20_000, 60_000), (59_000, 60_000))}  # fmt: skip
    for skill, sides in counts.items():
        for version, (right, n) in zip((older, newer), sides, strict=True):
            version.cells.create(expert=both[0], skill=skill, right=right, wrong=n - right)
    found = reading.cell_changes(newer, older)
    assert [(cell.skill, cell.change.words) for cell in found] == [
        ("huge", "better"), ("many", "better"), ("some", "within noise"), ("one", "within noise"),
    ]  # fmt: skip
