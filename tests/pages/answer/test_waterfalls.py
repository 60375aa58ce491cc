"""Why these experts: what speaks for each, as waterfalls."""

import pytest

from tests.conftest import MakeSet
from tests.pages.answer.recruited import answered, with_cells
from webapp.experts.models import Pool
from webapp.pages.answer import chances
from webapp.pages.answer.waterfalls import WIDTH, Waterfall, Why, why
from webapp.runs.models import Answer, Profile, ProfileCell, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def profile(pool: Pool, question_set: MakeSet) -> Profile:
    return with_cells(pool, question_set("validation"))


def seats_of(answer: Answer) -> list[int]:
    return list(answer.generations.order_by("number").values_list("expert", flat=True))


def shown(answer: Answer) -> Why:
    found = why(answer, seats_of(answer), None)
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


def test_a_waterfall_sums_up_to_the_chance(ours_run: Run) -> None:
    for answer in ours_run.answers.all():
        seats = seats_of(answer)
        likely = chances.chances(answer, seats)
        found = why(answer, seats, likely)
        assert found is not None and likely is not None
        assert [of.seats for of in found.seated] == [[1], [2]] and len(found.others) == 1
        totals = [of.parts[-1].value for of in (*found.seated, *found.others)]
        assert totals == pytest.approx([row.total for row in likely[1]])
