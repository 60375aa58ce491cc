"""Why these experts: waterfalls, and recruiting without each skill."""

from typing import Any

import pytest
from django.test import Client

from moe_core.recruiting import recruit
from moe_core.recruitment import Asked
from tests.conftest import MakeSet, demo_expert
from webapp.execution.plans import profile_behind
from webapp.experts.models import Pool
from webapp.pages.answer.effects import effects
from webapp.pages.answer.waterfalls import WIDTH, Waterfall, Why, why
from webapp.runs.models import Answer, Generation, Profile, ProfileCell, ProfileTotal, Run

pytestmark = pytest.mark.django_db

# expert → skill → right, wrong; tiny-03 holds none of the question's skills.
CELLS = {
    "tiny-01": {"algebra": (5, 1), "geometry": (1, 3)},  # 4 - 2, of 2 in all
    "tiny-02": {"algebra": (2, 1), "law": (3, 1)},  # 1, of 3 in all
    "tiny-03": {"law": (4, 0)},
}
SKILLS: list[list[Any]] = [
    ["sums", "algebra", 0.9],
    ["angles", "geometry", 0.8],
    ["<b>x</b>", "algebra", 0.7],
]


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet) -> Profile:
    pool.experts.add(demo_expert("tiny-03"))
    made = Profile.objects.create(
        team=pool.team, pool=pool, question_set=question_set("validation"), ready=True
    )
    for name, cells in CELLS.items():
        for skill, (right, wrong) in cells.items():
            ProfileCell.objects.create(
                profile=made, expert=demo_expert(name), skill=skill, right=right, wrong=wrong
            )
    ProfileTotal.objects.create(profile=made, expert=demo_expert("tiny-03"), right=4, wrong=0)
    return made


def answered(profile: Profile, questions: MakeSet, recruiter: str) -> Answer:
    """A question of a run that has recruited two seats as `recruiter` does."""
    run = Run.objects.create(
        team=profile.team, pool=profile.pool, question_set=questions("test", 1), profile=profile,
        method="skill-moe", recruiter=recruiter, k=2, questions=1,
    )  # fmt: skip
    profile_behind.cache_clear()
    question = run.question_set.questions.get()  # type: ignore[union-attr]
    asked = Asked([profiled for _, profiled, _ in SKILLS])
    found = recruit(recruiter, profile_behind(run.pk), asked, 2, f"{run.seed}/{question.key}")
    answer = Answer.objects.create(
        run=run, question=question, asked=True, skills=SKILLS,
        probabilities={e: p for e, p in found.probabilities.items() if p}, verdict="correct",
    )  # fmt: skip
    for number, key in enumerate(found.seats):
        Generation.objects.create(
            run=run, answer=answer, expert_id=int(key), engine_key="", stage=1, purpose="respond",
            number=number, prompt="", temperature=0, max_tokens=1, seed=0, status="done",
            output="14", stated="14", verdict="correct",
        )  # fmt: skip
    return answer


def shown(answer: Answer) -> Why:
    found = why(answer, list(answer.generations.order_by("number")), None)
    assert found is not None
    return found


def by_name(found: Why) -> dict[str, Waterfall]:
    return {of.expert.name: of for of in (*found.seated, *found.others)}


@pytest.mark.parametrize("recruiter", ["paper", "paper-top-k"])
def test_the_papers_weight_part_by_part(
    profile: Profile, question_set: MakeSet, recruiter: str
) -> None:
    answer = answered(profile, question_set, recruiter)
    found = shown(answer)
    waterfalls = by_name(found)
    assert [e.name for e in found.idle] == ["tiny-03"]
    first, second = waterfalls["tiny-01"], waterfalls["tiny-02"]
    assert [(p.title, p.value) for p in first.parts] == [
        ("sums → algebra", 4), ("angles → geometry", -2), ("<b>x</b> → algebra", 4),
        ("Suitability", 6),
    ]  # fmt: skip
    assert [p.value for p in second.parts] == [1, None, 1, 2]
    assert [p.kind for p in first.parts] == ["up", "down", "up", "total"]
    weights = {"tiny-01": 6 * 4 / 29, "tiny-02": 2 * 9 / 29}  # totals 2, 3, 4 squared, of 29
    for name, weight in weights.items():
        fact = waterfalls[name].facts[-1][1]
        assert fact == f"{100 * weight / sum(weights.values()):.1f} %"
    seats = [seat for of in found.seated for seat in of.seats]
    assert sorted(seats) == [1, 2] or recruiter == "paper-top-k"


def test_bars_lie_within_the_drawing_and_one_begins_where_the_other_ends(
    profile: Profile, question_set: MakeSet
) -> None:
    for of in by_name(shown(answered(profile, question_set, "paper"))).values():
        for before, part in zip(of.parts, of.parts[1:], strict=False):
            if not part.is_total:
                assert part.before == before.after
        assert all(p.place >= 0 and p.place + p.width <= WIDTH for p in of.parts)
        assert all(bool(p.width) == bool(p.value) for p in of.parts)
        assert of.parts[-1].after == of.parts[-2].after


def test_where_nobodys_sum_is_positive_all_are_shifted(
    profile: Profile, question_set: MakeSet
) -> None:
    ProfileCell.objects.filter(skill="algebra").update(right=0, wrong=3)
    waterfalls = by_name(shown(answered(profile, question_set, "paper")))
    # Sums -3 - 2 - 3 and -3 - 3; the lowest becomes 1.
    assert [of.parts[-2].value for of in waterfalls.values()] == [9, 9]
    assert {name: of.parts[-1].value for name, of in waterfalls.items()} == {
        "tiny-01": 1, "tiny-02": 3,
    }  # fmt: skip


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
