"""Does routing pay? The page, its table as files, and what it says where nobody can tell."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.findings.pools.test_ways import profiled
from tests.findings.working import work
from tests.pages.reading import flat
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.runs.models import Finding, Profile, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]
ANSWER = "These 24 questions do not tell: 0.0 ± "


def test_the_first_sentence_is_the_answer(
    signed_in: Client, team: Team, question_set: MakeSet, test_set: QuestionSet
) -> None:
    profile = profiled(team, question_set("validation", 24), test_set)
    address = f"/pools/{profile.pool_id}/routing"
    for page in (profile.pool.get_absolute_url(), profile.get_absolute_url()):
        assert f'href="{address}' in signed_in.get(page).text
    waiting = flat(signed_in.get(address).text)
    assert "Trying each way to answer on the questions of" in waiting
    assert signed_in.get(f"{address}/found").status_code == 204
    assert signed_in.get(f"{address}.json").status_code == 404
    kept = work(Finding.Name.WAYS)
    page = flat(signed_in.get(address).text)
    assert f'<h2 id="pays-title">{ANSWER}' in page
    assert "So a new run takes <strong>the single best expert</strong>" in page
    assert "<summary>Published figures</summary>" in page
    assert kept.found["answer"] in page and page.count("100.0 (86.2 to 100.0)") >= 4
    assert flat(signed_in.get(f"{address}/found").text) in page
    drawn = signed_in.get(f"{address}.json?profile={profile.pk}").json()
    assert drawn["data"][0]["mode"] == "markers" and drawn["table"][0][1:3] == ["1.0", "100.0 %"]
    file = signed_in.get(f"{address}/table.csv")
    lines = file.text.splitlines()
    assert lines[0].startswith("Way to answer,") and "With looks" in lines[0]
    assert len(lines) == 1 + len(kept.found["ways"])
    assert signed_in.get(f"{address}/table.doc").status_code == 404
    assert "booktabs" in signed_in.get(f"{address}/table.tex").text


def test_what_it_says_where_nobody_can_tell(
    signed_in: Client, recorded_profile: Profile, pool: Pool
) -> None:
    def said(of: Pool, query: str = "") -> str:
        return flat(signed_in.get(f"/pools/{of.pk}/routing{query}").text)

    assert "the pool has no profile that is ready" in said(pool)
    profile = recorded_profile
    said(profile.pool)
    work(Finding.Name.WAYS)
    assert "only 12 validation questions have a gold answer" in said(profile.pool)
    chosen = f"?profile={profile.pk}"
    Profile.objects.update(ready=False)
    assert "still being built" in said(profile.pool, chosen)
    Profile.objects.update(proposed=True)
    assert "is a proposal, and no run goes by it" in said(profile.pool, chosen)
    Profile.objects.update(ready=True, proposed=False)
    Run.objects.filter(kind=Run.Kind.PROFILE).update(profile=None)
    assert "is not there any more" in said(profile.pool, chosen)
    assert signed_in.get(f"/pools/{pool.pk}/routing{chosen}").status_code == 404
