"""The page that says who is best at something."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.findings.working import work
from tests.pages.profiles.made import built
from tests.pages.reading import words
from webapp.experts.models import Expert, Pool
from webapp.findings import families
from webapp.runs.models import Finding, Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]
ADDRESS = "/experts/best"


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet) -> Profile:
    found = built(pool, question_set)
    families.ask(found)
    work(Finding.Name.FAMILIES)
    return found


def test_a_part_of_a_name_leads_to_the_sentence(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    assert 'action="/experts/best"' in signed_in.get("/experts/").content.decode()
    page = signed_in.get(ADDRESS, {"at": "sum"})
    text = words(page.content.decode())
    assert f"In sums, {both[0]} leads with 7 of 7: better than the other one" in text
    assert "Can you trust it? Yes:" in text
    link = f"/profiles/{profile.pk}/cell?expert={both[1].pk}&amp;skill=sums"
    assert link in page.content.decode()


def test_the_page_waits_for_the_worker(signed_in: Client, profile: Profile) -> None:
    assert "every 2s" not in signed_in.get(ADDRESS, {"at": "sums"}).content.decode()
    profile.findings.all().delete()
    page = signed_in.get(ADDRESS, {"at": "sums"}).content.decode()
    assert "every 2s" in page and "Can you trust it? Not yet:" in words(page)


def test_the_newest_profile_that_has_the_skill_answers(
    signed_in: Client, profile: Profile, pool: Pool, question_set: MakeSet
) -> None:
    newer = built(pool, question_set, [(["zoology"], "correct", "incorrect")] * 8)

    def answered(**asked: str | int) -> object:
        return signed_in.get(ADDRESS, asked).context["looked"].profile

    assert answered(at="sums") == profile and answered(at="zoo") == newer
    assert answered(at="sums", profile=newer.pk) == newer
    page = words(signed_in.get(ADDRESS, {"at": "sums", "profile": str(newer.pk)}).content.decode())
    assert "no skill or family that is called like “sums”" in page


def test_what_means_nothing_is_said(signed_in: Client, profile: Profile) -> None:
    page = words(signed_in.get(ADDRESS, {"at": "summs"}).content.decode())
    assert "Nothing is called “summs”. These are written nearly so:" in page
    strange: list[dict[str, str]] = [
        {},
        {"at": ""},
        {"at": "\0"},
        {"at": "x" * 500},
        {"skill": "never"},
    ]
    for asked in strange:
        assert signed_in.get(ADDRESS, asked).status_code == 200, asked
    assert signed_in.get(ADDRESS, {"profile": 99999}).status_code == 404
    attack = "<script>alert(1)</script>"
    assert attack not in signed_in.get(ADDRESS, {"at": attack, "skill": attack}).content.decode()


def test_without_a_profile_it_says_what_to_do(signed_in: Client) -> None:
    page = words(signed_in.get(ADDRESS, {"at": "sums"}).content.decode())
    assert "No profile has measured your experts yet" in page


def test_an_experts_page_has_its_families(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    last = profile.question_set.questions.order_by("-row")[0]
    profile.question_set.questions.update(category="numbers")
    profile.question_set.questions.filter(pk=last.pk).update(category="words")
    profile.findings.all().delete()
    families.ask(profile)
    work(Finding.Name.FAMILIES)
    page = signed_in.get(both[1].get_absolute_url()).content.decode()
    assert "numbers 14 % 1 of 7 3\N{EN DASH}51 % 2 of 2 behind" in words(page)
    assert f"cell?expert={both[1].pk}&amp;family=words" in page
