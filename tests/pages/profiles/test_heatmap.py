"""A profile's table of experts by skills, and its orders."""

import pytest
from django.test import Client

from tests.pages.reading import words
from webapp.experts.models import Expert
from webapp.pages.profiles import heatmap
from webapp.pages.profiles.heatmap import Order
from webapp.pages.profiles.tally import Tally
from webapp.questions.models import Question
from webapp.runs.models import Answer, Profile, ProfileCell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_the_table_of_experts_by_skill(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    page = signed_in.get(profile.get_absolute_url()).content.decode()
    first, second = both
    low, high = Tally(7, 8).interval
    assert f"87.5 % 7 of 8 95 %: {low:.0f}\N{EN DASH}{high:.0f} %" in words(page)
    assert "100 % 7 of 7" in words(page) and "14 % 1 of 7" in words(page)
    assert "50 % 1 of 2 , thin evidence" in words(page)
    assert "&lt;i&gt;logic&lt;/i&gt;" in page and "<i>logic</i>" not in page
    assert f"cell?expert={first.pk}&amp;skill=sums" in page
    assert f"cell?expert={second.pk}&amp;skill=%3Ci%3Elogic%3C%2Fi%3E" in page
    assert page.count('class="score-p1 thin"') == 2
    assert ' style="' not in page


def test_orders_of_the_table(profile: Profile, both: tuple[Expert, Expert]) -> None:
    first, second = both
    ProfileCell.objects.create(
        profile=profile, expert=second, skill="zoology", right=9, wrong=0
    )  # which only one was asked

    def table(**order: str) -> tuple[list[str], list[str]]:
        found = heatmap.heatmap(profile, profile.runs.get(), Order(**order))  # type: ignore[arg-type]
        experts = [row.expert.name for row in found.rows]
        return experts, [column.skill for column in found.columns]

    assert table() == ([first.name, second.name], ["sums", "zoology", "<i>logic</i>"])
    assert table(rows="skill:zoology")[0] == [second.name, first.name]
    assert table(rows="skill:sums", columns="name") == (
        [first.name, second.name], ["<i>logic</i>", "sums", "zoology"],
    )  # fmt: skip
    assert table(columns="spread")[1] == ["sums", "zoology", "<i>logic</i>"]
    ProfileCell.objects.filter(skill="zoology", expert=second).update(right=0, wrong=9)
    ProfileCell.objects.create(profile=profile, expert=first, skill="zoology", right=9, wrong=0)
    assert table(columns="spread")[1][0] == "zoology"


def test_skills_by_the_category_of_most_of_their_questions(
    signed_in: Client, profile: Profile
) -> None:
    answers = list(Answer.objects.filter(run=profile.runs.get()).order_by("question__row"))
    for answer in answers:
        category = "words" if answer.pk == answers[-1].pk else "numbers"
        Question.objects.filter(pk=answer.question_id).update(category=category)
    found = signed_in.get(profile.get_absolute_url(), {"group": "category"}).context["heat"]
    assert found.groups == [("numbers", 2)], "one of logic's two questions, and the earlier name"
    Question.objects.filter(pk=answers[-2].question_id).update(category="words")
    found = signed_in.get(profile.get_absolute_url(), {"group": "category"}).context["heat"]
    assert found.groups == [("numbers", 1), ("words", 1)]
    assert [column.skill for column in found.columns] == ["sums", "<i>logic</i>"]


def test_skills_page_by_page(
    signed_in: Client, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heatmap, "SKILLS", 1)
    address = profile.get_absolute_url()
    shown = signed_in.get(address, {"columns": "name", "rows": "skill:sums"}).context["heat"]
    assert (shown.previous, [c.skill for c in shown.columns]) == ("", ["<i>logic</i>"])
    assert shown.next == "?rows=skill%3Asums&columns=name&page=2#scores-title"
    page = signed_in.get(address + shown.next)
    assert page.context["heat"].next == ""
    assert "Skills 2 to 2 of 2." in page.content.decode()
    assert signed_in.get(address, {"page": "99"}).context["heat"].first == 2


@pytest.mark.parametrize(
    "nonsense",
    ["rows=skill:", "rows=x&columns=y&group=z&page=-1", "rows=skill:a%00b", "page=%C2%B2"],
)
def test_an_address_without_meaning_shows_the_usual_table(
    signed_in: Client, profile: Profile, nonsense: str
) -> None:
    page = signed_in.get(f"{profile.get_absolute_url()}?{nonsense}")
    assert page.status_code == 200
    assert [column.skill for column in page.context["heat"].columns] == ["sums", "<i>logic</i>"]
