"""A profile's table of experts by families and skills, and its orders."""

import pytest
from django.test import Client

from tests.findings.working import work
from tests.pages.reading import words
from webapp.experts.models import Expert
from webapp.findings import families
from webapp.pages.profiles import orders
from webapp.pages.profiles.families import families_of
from webapp.pages.profiles.heatmap import Heatmap, heatmap
from webapp.pages.profiles.orders import Order
from webapp.pages.profiles.tally import Tally
from webapp.questions.models import Question
from webapp.runs.models import Answer, Finding, Profile, ProfileCell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def grouped(profile: Profile) -> Profile:
    """Its last two questions are of words, the others of numbers; both skills are of numbers."""
    answers = list(Answer.objects.filter(run=profile.runs.get()).order_by("question__row"))
    for answer in answers:
        category = "words" if answer.pk == answers[-1].pk else "numbers"
        Question.objects.filter(pk=answer.question_id).update(category=category)
    return counted(profile)


def counted(profile: Profile) -> Profile:
    families.ask(profile)
    work(Finding.Name.FAMILIES)
    return profile


def table(profile: Profile, **order: str) -> Heatmap:
    found = families_of(profile)
    return heatmap(profile, found, Order.usual(bool(found.groups)).but(**order))


def columns(profile: Profile, **order: str) -> list[str]:
    return [column.name for column in table(profile, **order).columns]


def test_the_table_of_experts_by_skill(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    page = signed_in.get(profile.get_absolute_url()).content.decode()
    first, second = both
    low, high = Tally(7, 8).interval
    assert f"88 % 7 of 8 {low:.0f}\N{EN DASH}{high:.0f} %" in words(page)
    assert "100 % 7 of 7" in words(page) and "14 % 1 of 7" in words(page)
    assert "50 % 1 of 2 9\N{EN DASH}91 % , thin evidence" in words(page)
    assert "&lt;i&gt;logic&lt;/i&gt;" in page and "<i>logic</i>" not in page
    assert f"cell?expert={first.pk}&amp;skill=sums" in page
    assert f"cell?expert={second.pk}&amp;skill=%3Ci%3Elogic%3C%2Fi%3E" in page
    assert page.count('class="score-p1 thin"') == 2
    assert ' style="' not in page


def test_short_cells_say_the_rest_where_they_are_pointed_at(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    page = signed_in.get(profile.get_absolute_url(), {"cells": "short"}).content.decode()
    assert f"50 {both[0]}, &lt;i&gt;logic&lt;/i&gt;: 50 %, 1 of 2, thin evidence (95 %: 9" in words(
        page
    )
    assert "heat.js" in page


def test_orders_of_the_table(profile: Profile, both: tuple[Expert, Expert]) -> None:
    first, second = both
    ProfileCell.objects.create(
        profile=profile, expert=second, skill="zoology", right=9, wrong=0
    )  # which only one was asked

    def experts(**order: str) -> list[str]:
        return [row.expert.name for row in table(profile, **order).rows]

    assert experts() == [first.name, second.name]
    assert columns(profile) == ["sums", "zoology", "<i>logic</i>"]
    assert experts(rows="skill:zoology") == [second.name, first.name]
    assert columns(profile, columns="name") == ["<i>logic</i>", "sums", "zoology"]
    assert columns(profile, columns="spread") == ["sums", "zoology", "<i>logic</i>"]
    ProfileCell.objects.filter(skill="zoology", expert=second).update(right=0, wrong=9)
    ProfileCell.objects.create(profile=profile, expert=first, skill="zoology", right=9, wrong=0)
    assert columns(profile, columns="spread")[0] == "zoology"


def test_the_sorted_column_stands_first_on_every_page(
    profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "AT_ONCE", 1)
    found = table(profile, rows="skill:sums", columns="name")
    assert found.pinned and found.pinned.name == "sums"
    assert [column.name for column in found.columns] == ["<i>logic</i>"]
    assert found.rows[0].pinned == Tally(7, 7)
    assert found.pinned.sorting.rows == "strength", "sorting by it again ends it"
    assert table(profile, rows="skill:never seen").order.rows == "strength"


def test_families_pool_their_questions_and_open_into_their_skills(grouped: Profile) -> None:
    found = table(grouped)
    assert [(column.name, column.questions) for column in found.columns] == [
        ("numbers", 7),
        ("words", 1),
    ]
    assert [cell for _, cell in found.rows[0].cells] == [Tally(7, 7), Tally(0, 1)]
    (numbers, _) = found.columns
    opened = table(grouped, open=numbers.opening.open)
    assert [column.key for column in opened.columns] == [
        "family:numbers", "skill:sums", "skill:<i>logic</i>", "family:words",
    ]  # fmt: skip
    assert opened.groups == [("", 1), ("numbers", 2), ("", 1)]
    assert opened.columns[0].is_open and opened.columns[0].opening.open == ""
    sorted_by = table(grouped, rows="family:words")
    assert sorted_by.pinned and [row.pinned for row in sorted_by.rows] == [Tally(0, 1)] * 2


def test_skills_stand_by_the_family_of_most_of_their_questions(grouped: Profile) -> None:
    found = table(grouped, shown="skill")
    assert found.groups == [("numbers", 2)], "one of logic's two questions, and the larger family"
    logic = Answer.objects.filter(run=grouped.runs.get()).order_by("-question__row")
    Question.objects.filter(pk__in=logic.values("question")[:2]).update(category="words")
    grouped.findings.all().delete()
    found = table(counted(grouped), shown="skill")
    assert found.groups == [("numbers", 1), ("words", 1)]
    assert [column.name for column in found.columns] == ["sums", "<i>logic</i>"]


def test_a_family_opens_its_questions(
    signed_in: Client, grouped: Profile, both: tuple[Expert, Expert]
) -> None:
    page = signed_in.get(grouped.get_absolute_url()).content.decode()
    assert f"cell?expert={both[0].pk}&amp;family=words" in page
    address = f"/profiles/{grouped.pk}/cell"
    found = signed_in.get(address, {"expert": str(both[0].pk), "family": "words"})
    assert len(found.context["rows"]) == 1 and found.context["tally"] == Tally(0, 1)
    assert f"{both[0]} on all of words" in found.content.decode()
    found = signed_in.get(address, {"expert": str(both[0].pk), "family": "members -> 'words'"})
    assert not found.context["rows"]
    assert "No question of this family" in words(found.content.decode())


def test_without_families_the_page_says_why(signed_in: Client, profile: Profile) -> None:
    assert "are being grouped" in words(signed_in.get(profile.get_absolute_url()).content.decode())
    Question.objects.update(category="")
    counted(profile)
    page = words(signed_in.get(profile.get_absolute_url()).content.decode())
    assert "not divided into categories, and are not embedded yet" in page


def test_skills_page_by_page(
    signed_in: Client, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "AT_ONCE", 1)
    address = profile.get_absolute_url()
    shown = signed_in.get(address, {"columns": "name"}).context["heat"]
    assert (shown.previous, [c.name for c in shown.columns]) == ("", ["<i>logic</i>"])
    assert shown.next == "?columns=name&page=2#scores-title"
    page = signed_in.get(address + shown.next)
    assert page.context["heat"].next == ""
    assert "Columns 2 to 2 of 2." in page.content.decode()
    assert signed_in.get(address, {"page": "99"}).context["heat"].first == 2


@pytest.mark.parametrize(
    "nonsense",
    [
        "rows=skill:", "rows=x&columns=y&shown=z&cells=w&page=-1", "rows=skill:a%00b",
        "page=%C2%B2", "shown=family&open=x&columns=family", "rows=family:nothing",
    ],
)  # fmt: skip
def test_an_address_without_meaning_shows_the_usual_table(
    signed_in: Client, profile: Profile, nonsense: str
) -> None:
    page = signed_in.get(f"{profile.get_absolute_url()}?{nonsense}")
    assert page.status_code == 200
    assert [column.name for column in page.context["heat"].columns] == ["sums", "<i>logic</i>"]
