"""A profile in the browser: versions, ranking, and addresses that lead nowhere."""

import pytest
from django.test import Client
from django.utils.html import escape

from tests.conftest import MakeSet
from tests.pages.profiles.made import QUESTIONS, Observed, built
from tests.pages.reading import words
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_profile
from webapp.experts.models import Expert, Pool
from webapp.pages.profiles.tally import Tally
from webapp.runs.models import AggregatorRank, Profile, ProfileCell, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]

MINUS = "\N{MINUS SIGN}"


def test_versions_and_what_changed(
    signed_in: Client, pool: Pool, profile: Profile, question_set: MakeSet,
    both: tuple[Expert, Expert],
) -> None:  # fmt: skip
    assert "Versions" not in signed_in.get(profile.get_absolute_url()).content.decode()
    mirrored: list[Observed] = [(of[0], *reversed(of[1:])) for of in QUESTIONS]
    newer = built(pool, question_set, mirrored)
    listing = signed_in.get(newer.get_absolute_url()).content.decode()
    assert f"/profiles/{newer.pk}/changes?since={profile.pk}" in listing and "this one" in listing
    page = signed_in.get(f"/profiles/{newer.pk}/changes", {"since": profile.pk})
    before, now = Tally(7, 8), Tally(1, 8)
    text = words(page.content.decode())
    expected = (
        f"{both[0]} 87.5 % (7 of 8, 95 %: {before.between}) 12.5 % (1 of 8, 95 %: {now.between})"
        f" {MINUS}75.0 points ↓ worse"
    )
    assert expected in text
    assert [cell.skill for cell in page.context["cells"]] == ["sums", "sums"]
    link = f"/profiles/{profile.pk}/cell?expert={both[0].pk}&amp;skill=sums"
    assert link in page.content.decode()
    same = signed_in.get(f"/profiles/{newer.pk}/changes", {"since": newer.pk}).content.decode()
    assert "No cell that both profiles have is different." in same
    assert "Other questions." not in same


@pytest.mark.parametrize(
    "address",
    [
        "cell", "cell?expert=x", "cell?expert=99999", "cell?expert={0}&other=-1",
        "changes", "changes?since=x", "changes?since=99999",
        "experts?a=x&b={0}", "experts?a={0}&b=99999",
    ],
)  # fmt: skip
def test_addresses_that_lead_nowhere(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert], address: str
) -> None:
    there = f"/profiles/{profile.pk}/{address.format(both[0].pk)}"
    assert signed_in.get(there).status_code == 404


def test_another_teams_profile_is_not_there(
    client: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    others = Team.objects.create(name="Others")
    client.force_login(User.objects.create_user("stranger", team=others))
    first, second = (expert.pk for expert in both)
    for rest in ("", f"/cell?expert={first}", f"/changes?since={profile.pk}",
                 f"/experts?a={first}&b={second}"):  # fmt: skip
        assert client.get(f"/profiles/{profile.pk}{rest}").status_code == 404, rest
    page = client.get("/experts/").content.decode()
    assert str(both[0]) in page and "87.5" not in page
    assert "87.5" not in client.get(both[0].get_absolute_url()).content.decode()


def test_a_profile_without_cells(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    run = submit_profile(pool.team, None, pool, question_set("validation"))
    assert run.profile is not None
    page = signed_in.get(run.profile.get_absolute_url()).content.decode()
    assert "Nothing yet" in page and "Compare two experts" not in page


def test_names_are_text(signed_in: Client, profile: Profile, both: tuple[Expert, Expert]) -> None:
    attack = "<img src=x onerror=alert(1)>"
    Expert.objects.filter(pk=both[0].pk).update(name=attack)
    pair = f"a={both[0].pk}&b={both[1].pk}"
    there = f"/profiles/{profile.pk}"
    cell = f"{there}/cell?expert={both[0].pk}&skill={attack}"
    for address in ("/experts/", there, f"{there}/experts?{pair}", cell):
        page = signed_in.get(address).content.decode()
        assert attack not in page and escape(attack) in page, address


def test_a_profile_and_its_ranking(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    profile = Profile.objects.create(
        team=pool.team, pool=pool, question_set=question_set("validation"), ready=True
    )
    first, second = pool.experts.all()
    for expert, right in ((first, 5), (second, 1)):
        ProfileCell.objects.create(
            profile=profile, expert=expert, skill="<i>sums</i>", right=right, wrong=6 - right
        )
    page = signed_in.get(profile.get_absolute_url()).content.decode()
    for shown in ("83 %", "17 %", "5 of 6", "&lt;i&gt;sums&lt;/i&gt;", "Rank aggregators"):
        assert shown in page
    page = signed_in.get(first.get_absolute_url()).content.decode()
    assert "Strongest skills" in page and "83 %" in page
    sent = signed_in.post(f"/profiles/{profile.pk}/rank", follow=True)
    assert Run.objects.get().kind == "rank", sent.content
    refused = signed_in.post(f"/profiles/{profile.pk}/rank", follow=True)
    assert "ranked already, or just being ranked" in refused.content.decode()
    AggregatorRank.objects.create(
        profile=profile, expert=first, place=1, trials=4, trials_right=3, written=6, written_right=5
    )
    Profile.objects.update(ranked=True, decision="The vote was right more often.")
    page = signed_in.get(profile.get_absolute_url()).content.decode()
    for shown in ("The majority vote.", "The vote was right more often.", "75.0 %", "3 of 4"):
        assert shown in page
