"""What each skill of a question changed: recruiting again without it."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.pages.answer.recruited import answered, with_cells
from webapp.execution.plans import profile_behind
from webapp.experts.models import Pool
from webapp.pages.answer.effects import effects
from webapp.questions.models import QuestionVector
from webapp.runs.models import Profile, ProfileCell, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet) -> Profile:
    return with_cells(pool, question_set("validation"))


def test_without_a_skill_a_draw_has_other_probabilities(
    profile: Profile, question_set: MakeSet
) -> None:
    answer = answered(profile, question_set, "paper")
    found = effects(answer)
    assert found is not None
    skills = [column.skill for column in found.columns]
    assert skills == ["sums → algebra", "angles → geometry", "<b>x</b> → algebra"]
    for expert, before, shares in found.rows:
        assert before.value == pytest.approx(100 * answer.probabilities.get(str(expert.pk), 0))
        assert before.seat is None and all(share.seat is None for share in shares)
        for share in shares:
            assert share.change == pytest.approx(share.value - before.value)
    # Without geometry: 8 · 4 against 2 · 9.
    old, new = 100 * 24 / 42, 100 * 32 / 50
    assert found.columns[1].told == f"tiny-01 from {old:.1f} to {new:.1f} %, the largest change"
    assert [row[0].name for row in found.rows] == ["tiny-01", "tiny-02", "tiny-03"]


def test_without_a_skill_others_take_the_seats(profile: Profile, question_set: MakeSet) -> None:
    answer = answered(profile, question_set, "paper-top-k")
    ProfileCell.objects.filter(expert__name="tiny-02", skill="algebra").delete()
    profile_behind.cache_clear()
    answer.skills = [["sums", "algebra", 0.9]]
    found = effects(answer)
    assert found is not None
    assert found.columns[0].told == "no skill is left that tells the experts apart"
    seats = {expert.name: (before.seat, share.seat) for expert, before, (share,) in found.rows}
    # tiny-01 is likely, then the strongest on all; without the skill, only those.
    assert seats["tiny-01"][0] == 1
    assert seats["tiny-03"] == (2, 1)


def test_the_page_shows_both_and_computes_the_second_when_asked(
    signed_in: Client, profile: Profile, question_set: MakeSet
) -> None:
    answer = answered(profile, question_set, "paper")
    here = f"/runs/{answer.run_id}/questions/{answer.pk}"
    page = signed_in.get(f"{here}?verdict=correct").content.decode()
    for text in ("Why these experts", "Suitability", "no score", "\N{MINUS SIGN}2", "tiny-03</a>"):
        assert text in page
    assert f'href="{here}?verdict=correct&amp;without=each#without"' in page
    assert "style=" not in page
    assert "the largest change" not in page
    page = signed_in.get(f"{here}?without=each").content.decode()
    assert "the largest change" in page and "Without angles → geometry" in page


def test_a_recruiter_that_reads_no_skills_has_no_waterfall(
    signed_in: Client, profile: Profile, question_set: MakeSet
) -> None:
    answer = answered(profile, question_set, "random")
    answer.skills = []
    answer.save()
    assert effects(answer) is None
    page = signed_in.get(f"/runs/{answer.run_id}/questions/{answer.pk}?without=each")
    assert "Why these experts" not in page.content.decode()
    assert "Probability of one draw" in page.content.decode()


def test_recruiting_again_without_each_skill(ours_run: Run, signed_in: Client) -> None:
    answer = ours_run.answers.select_related("question").exclude(skills=[]).earliest("pk")
    answer.run = ours_run
    found = effects(answer)
    assert found is not None and len(found.columns) == len(answer.skills)
    seats = {expert.pk: before.seat for expert, before, _ in found.rows}
    for number, generation in enumerate(answer.generations.order_by("number"), start=1):
        assert seats[generation.expert_id] == number, "as it was is as it was recruited"
    for expert, before, shares in found.rows:
        stored = sum(answer.contributions[str(expert.pk)].values())
        assert before.value == pytest.approx(100 * stored, abs=0.1)
        assert len(shares) == len(answer.skills)
    page = signed_in.get(f"/runs/{ours_run.pk}/questions/{answer.pk}?without=each").content.decode()
    assert "Without a skill it would have been" in page


def test_without_its_evidence_nothing_is_recruited_again(ours_run: Run, signed_in: Client) -> None:
    QuestionVector.objects.all().delete()
    profile_behind.cache_clear()
    answer = ours_run.answers.exclude(skills=[]).earliest("pk")
    page = signed_in.get(f"/runs/{ours_run.pk}/questions/{answer.pk}?without=each")
    assert page.status_code == 200
    assert "What it would have been without a skill cannot be shown" in page.content.decode()
