"""The questions behind a profile's figures, and two experts over the same ones."""

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.pages.profiles.made import NOTHING, RIGHT, built
from tests.pages.reading import flat, words
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Profile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def cell_of(expert: Expert, **more: str | int) -> dict[str, str | int]:
    """What the address of its page asks for."""
    return {"expert": expert.pk, **more}


def test_a_cell_opens_its_questions(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    first, second = both
    address = f"/profiles/{profile.pk}/cell"
    page = signed_in.get(address, cell_of(second, skill="sums"))
    text = page.content.decode()
    assert len(page.context["rows"]) == 7 == text.count("<article")
    assert f"{second} says &lt;b&gt;incorrect&lt;/b&gt; <code" in text
    assert f"{first} says" not in text and "hm" not in words(text).split()
    assert "14.3 % (1 of 7," in words(text)
    answer = page.context["rows"][0][0]
    assert f"/runs/{answer.run_id}/questions/{answer.pk}" in text
    logic = cell_of(second, skill="<i>logic</i>")
    assert len(signed_in.get(address, logic).context["rows"]) == 2
    (only,) = signed_in.get(address, {**logic, "who": "wrong"}).context["rows"]
    assert only[2][0].generation.verdict == NOTHING
    assert len(signed_in.get(address, {"expert": first.pk}).context["rows"]) == 8
    nothing = signed_in.get(address, cell_of(first, skill="a\0b"))
    assert "No question of this skill" in flat(nothing.content.decode())


def test_questions_by_which_of_two_experts_is_right(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    address = f"/profiles/{profile.pk}/cell"
    asked = cell_of(both[0], other=both[1].pk)
    counts = {"": 8, "both": 1, "first": 6, "second": 0, "neither": 1, "right": 8}
    for who, count in counts.items():
        page = signed_in.get(address, {**asked, "who": who})
        assert len(page.context["rows"]) == count, who
        assert all(len(responses) == 2 for _, _, responses in page.context["rows"])
    page = signed_in.get(address, {**asked, "who": "second"})
    assert "No question matches." in page.content.decode()


def test_pages_of_a_cell(
    signed_in: Client,
    profile: Profile,
    both: tuple[Expert, Expert],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webapp.pages.profiles.views.QUESTIONS", 5)
    monkeypatch.setattr("webapp.pages.profiles.views.LONGEST", 12)
    address = f"/profiles/{profile.pk}/cell"
    page = signed_in.get(address, cell_of(both[0], skill="sums"))
    assert "The end of a long response" in page.content.decode()
    following = signed_in.get(address + page.context["page"].next)
    assert len(following.context["rows"]) == 2
    assert following.context["page"].next == ""


def test_what_did_not_answer_does_not_count(
    signed_in: Client, pool: Pool, question_set: MakeSet, both: tuple[Expert, Expert]
) -> None:
    profile = built(pool, question_set, [(["sums"], RIGHT, ""), (["sums"], RIGHT, "ungraded")])
    address = f"/profiles/{profile.pk}/cell"
    assert len(signed_in.get(address, {"expert": both[0].pk}).context["rows"]) == 2
    assert signed_in.get(address, {"expert": both[1].pk}).context["rows"] == []
    page = signed_in.get(profile.get_absolute_url()).content.decode()
    assert "no question" in page
    pair = {"a": both[0].pk, "b": both[1].pk}
    page = signed_in.get(f"/profiles/{profile.pk}/experts", pair).content.decode()
    assert "no graded validation question in common" in page


def test_two_experts_compared(
    signed_in: Client, profile: Profile, both: tuple[Expert, Expert]
) -> None:
    first, second = both
    address = f"/profiles/{profile.pk}/experts"
    page = signed_in.get(address, {"a": first.pk, "b": second.pk})
    total = page.context["total"]
    assert (total.both, total.first, total.second, total.neither) == (1, 6, 0, 1)
    assert total.p == pytest.approx(2 * 0.5**6)
    text = words(page.content.decode())
    assert f"{first} is right more often." in text and "3.1 % of such comparisons" in text
    assert f"sums 7 of 7 1 of 7 +86 points 6 0 {first} better" in text
    assert "&lt;i&gt;logic&lt;/i&gt; 1 of 2 1 of 2 0 points 0 0 within noise" in text
    link = f"cell?expert={first.pk}&amp;other={second.pk}&amp;who=first"
    assert link in page.content.decode()
    turned = signed_in.get(address, {"a": second.pk, "b": first.pk}).context["total"]
    assert (turned.first, turned.second, turned.better) == (0, 6, "second")
    for told in ({}, {"a": first.pk}, {"a": first.pk, "b": first.pk}):
        assert "hoose two" in signed_in.get(address, told).content.decode()
