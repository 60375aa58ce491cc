"""A profile's table and the questions behind it, versions, two experts; the list of experts."""

import re
from collections.abc import Sequence

import pytest
from django.test import Client
from django.utils.html import escape

from tests.conftest import MakeSet
from webapp.accounts.models import Team, User
from webapp.execution import profiling
from webapp.execution.start import submit_profile
from webapp.experts.models import Expert, Pool
from webapp.pages.profiles import heatmap
from webapp.pages.profiles.heatmap import Order
from webapp.pages.profiles.tally import Tally
from webapp.questions.models import Question
from webapp.runs.models import Answer, Generation, Profile, ProfileCell, Run

pytestmark = pytest.mark.django_db

RIGHT, WRONG, NOTHING = "correct", "incorrect", "no answer"
MINUS = "\N{MINUS SIGN}"


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)


@pytest.fixture
def both(pool: Pool) -> tuple[Expert, Expert]:
    first, second = pool.experts.order_by("name")
    return first, second


# Per question its skills, and what the two experts' responses are; "" has failed.
QUESTIONS: list[tuple[list[str], str, str]] = [
    *[(["sums"], RIGHT, WRONG)] * 6,
    (["sums", "<i>logic</i>"], RIGHT, RIGHT),
    (["<i>logic</i>"], WRONG, NOTHING),
]


def built(
    pool: Pool, make: MakeSet, questions: Sequence[tuple[list[str], str, str]] = QUESTIONS
) -> Profile:
    """A profile as a run makes it, of these verdicts."""
    chosen = pool.team.question_sets.filter(kind="validation").first() or make("validation")
    run = submit_profile(pool.team, None, pool, chosen)
    assert run.profile is not None
    rows = zip(chosen.questions.order_by("row"), questions, strict=False)
    for question, (skills, *verdicts) in rows:
        answer, _ = Answer.objects.update_or_create(
            run=run, question=question, defaults={"skills": [[s, s, 1.0] for s in skills]}
        )
        for number, expert in enumerate(pool.experts.order_by("name")):
            verdict = verdicts[number]
            Generation.objects.create(
                run=run, answer=answer, expert=expert, engine_key=expert.engine_key, stage=1,
                purpose="profile", number=number, prompt="Go", temperature=0, max_tokens=1, seed=0,
                status="done" if verdict else "failed", verdict=verdict,
                stated=None if verdict in ("", NOTHING) else f"{verdict} {number}",
                output=f"hm</think>{expert} says <b>{verdict}</b> $x<1$",
            )  # fmt: skip
    assert profiling.finish(run) == ""
    run.status = Run.Status.DONE
    run.save()
    run.profile.refresh_from_db()
    return run.profile


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet) -> Profile:
    return built(pool, question_set)


def words(page: str) -> str:
    """The text of a page, without markup and line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


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


def cell_of(expert: Expert, **told: str | int) -> dict[str, str | int]:
    """What the address of its page asks for."""
    return {"expert": expert.pk, **told}


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
    assert "No question of this skill" in nothing.content.decode()


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
    assert "No question is like that" in page.content.decode()


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


def test_versions_and_what_changed(
    signed_in: Client, pool: Pool, profile: Profile, question_set: MakeSet,
    both: tuple[Expert, Expert],
) -> None:  # fmt: skip
    assert "Versions" not in signed_in.get(profile.get_absolute_url()).content.decode()
    mirrored = [(skills, second, first) for skills, first, second in QUESTIONS]
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
    attack = "<script>alert(1)</script>"
    Expert.objects.filter(pk=both[0].pk).update(name=attack)
    pair = f"a={both[0].pk}&b={both[1].pk}"
    there = f"/profiles/{profile.pk}"
    cell = f"{there}/cell?expert={both[0].pk}&skill={attack}"
    for address in ("/experts/", there, f"{there}/experts?{pair}", cell):
        page = signed_in.get(address).content.decode()
        assert attack not in page and escape(attack) in page, address
