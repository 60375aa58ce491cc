"""Three runs and more side by side."""

import re

import pytest
from django.test import Client

from tests.conftest import MakeSet
from tests.pages.comparison.conftest import RIGHT, UNGRADED, WRONG, judged
from tests.pages.reading import flat
from webapp.execution.start import submit_run
from webapp.pages.comparison.pairs import State, state_of
from webapp.pages.comparison.several import Show, figures
from webapp.pages.comparison.words import headline_of
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


def of(runs: list[Run], **more: object) -> str:
    told = [("run", run.pk) for run in runs] + list(more.items())
    return "/runs/compare?" + "&".join(f"{name}={value}" for name, value in told)


def test_patterns(four: list[Run]) -> None:
    """Five questions have a verdict in all four; one has no gold answer, two are open in one."""
    found = figures(four)
    assert found.standings.questions == 5
    assert found.standings.right == (2, 3, 0, 5)
    assert (found.open.total(), found.ungraded.total()) == (2, 1)
    counted = {show: found.counted(show) for show in Show}
    assert counted == {
        Show.DIFFER: 5, Show.RIGHT: 0, Show.WRONG: 0, Show.LEFT_OUT: 3, Show.ALL: 8,
    }  # fmt: skip
    assert [found.alone(way, right=True) for way in range(4)] == [0, 0, 0, 1]
    assert [found.alone(way, right=False) for way in range(4)] == [0, 0, 1, 0]


def test_each_pair_is_what_the_two_alone_are(four: list[Run]) -> None:
    """Of the questions that all have: there the four agree with a count by hand."""
    found = figures(four).standings
    verdicts = [list(run.answers.order_by("pk").values_list("verdict", flat=True)) for run in four]
    common = range(5)
    for one in range(4):
        for other in range(4):
            if one != other:
                pairs = [(verdicts[other][q], verdicts[one][q]) for q in common]
                states = [state_of(*pair, alike=False) for pair in pairs]
                net = states.count(State.GAINED) - states.count(State.LOST)
                assert found.against(one, other).difference == pytest.approx(100 * net / 5)


def test_what_the_page_says(signed_in: Client, four: list[Run]) -> None:
    answer = signed_in.get(of(four))
    page = flat(answer.content.decode())
    for shown in (
        "4 runs compared",
        "They cannot be told apart: Run",
        "By 5 questions that all of them answered",
        "raised by Holm's rule",
        "seed 3",
        f"/runs/compare?a={four[0].pk}&amp;b={four[3].pk}#questions",
        "+60.0",
    ):
        assert shown in page, shown
    assert [line.rank.worst for line in answer.context["lines"]] == [4] * 4
    assert [str(line.rank) for line in answer.context["lines"]] == ["1\N{EN DASH}4"] * 4


def test_each_list_is_as_long_as_its_tab_says(signed_in: Client, four: list[Run]) -> None:
    context = signed_in.get(of(four)).context
    assert context["wanted"].show == Show.DIFFER, "it opens where they differ"
    for _, title, n, link in context["tabs"]:
        assert len(signed_in.get(link).context["rows"]) == n, title
    for line in context["lines"]:
        for name, n in (("right", line.right_alone), ("wrong", line.wrong_alone)):
            found = signed_in.get(of(four, **{name: line.run.pk})).context["rows"]
            assert len(found) == n
    (row,) = signed_in.get(of(four, right=four[3].pk)).context["rows"]
    assert [cell.verdict for cell in row.cells] == [WRONG, "no answer", WRONG, RIGHT]
    assert len(signed_in.get(of(four, show="nonsense")).context["rows"]) == 5


def test_categories(signed_in: Client, four: list[Run]) -> None:
    for run in four:
        first = list(run.answers.order_by("pk").values_list("pk", flat=True)[:3])
        run.answers.filter(pk__in=first).update(category="a & b")
        run.answers.exclude(pk__in=first).update(category="")
    context = signed_in.get(of(four)).context
    (category,) = context["figures"].categories
    assert (category.name, category.n) == ("a & b", 3)
    assert [share.right for share in category.shares] == [2, 2, 0, 3]
    narrowed = signed_in.get(of(four, category="a%20%26%20b")).context
    assert len(narrowed["rows"]) == 3
    assert narrowed["tabs"][0][2] == 3 and narrowed["tabs"][-1][2] == 3


def test_the_baseline_is_beside_them(signed_in: Client, four: list[Run]) -> None:
    four[2].baseline, four[2].graded = True, 8
    four[2].save()
    chosen = [four[0], four[1], four[3]]
    answer = signed_in.get(of(chosen))
    context = answer.context
    assert context["runs"] == [four[2], *chosen] and context["added"] == [four[2]]
    assert "is the set's baseline, and is shown though nobody ticked it" in flat(
        answer.content.decode()
    )
    to_baseline = [line.columns[0].found.difference for line in context["lines"][1:]]
    assert to_baseline == [40, 60, 100]
    assert context["lines"][0].without == "", "nobody chose it"
    fewer = signed_in.get(context["lines"][1].without)
    assert fewer.status_code == 302, "two have a page of their own"
    two = signed_in.get(f"/runs/compare?a={four[0].pk}&b={four[1].pk}")
    assert of([four[0], four[1], four[2]]).replace("&", "&amp;") in two.content.decode()


def test_who_leads(pool_runs: list[Run]) -> None:
    """Two that nearly always agree are far ahead of a third."""
    found = figures(pool_runs)
    told = headline_of(pool_runs, found.standings)
    first, second, third = pool_runs
    assert told == f"{first} leads with 87.5 %, and cannot be told from {second}"
    judged(second, [WRONG] * 40)
    judged(third, [WRONG] * 40)
    Run.objects.filter(pk=second.pk).update(event_seq=99)
    second.refresh_from_db()
    told = headline_of(pool_runs, figures(pool_runs).standings)
    better = re.fullmatch(
        rf"{first} is better than all others: 87.5 %, 87.5 points \((\S+) to (\S+)\)"
        rf" before {second}",
        told,
    )
    assert better and float(better[1]) < 87.5 < float(better[2])


@pytest.fixture
def pool_runs(four: list[Run], question_set: MakeSet) -> list[Run]:
    """Over 40 questions."""
    questions, pool = question_set(size=40), four[0].pool
    assert pool is not None
    verdicts = ([RIGHT] * 35 + [WRONG] * 5, [RIGHT] * 34 + [WRONG] * 6, [RIGHT] * 8 + [WRONG] * 32)
    return [
        judged(
            submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts"), of
        )
        for of in verdicts
    ]


def test_what_cannot_be_compared(signed_in: Client, four: list[Run], question_set: MakeSet) -> None:
    pool = four[0].pool
    assert pool is not None
    other = submit_run(
        pool.team, None, pool=pool, questions=question_set(size=4), method="all-experts"
    )
    refused = signed_in.get(of([four[0], four[1], other]))
    assert refused.status_code == 422
    assert f"{four[0]} answers test 8, {other} answers test 4" in refused.content.decode()
    more = [
        submit_run(pool.team, None, pool=pool, questions=other.question_set, method="all-experts")  # type: ignore[arg-type]
        for _ in range(3)
    ]
    refused = signed_in.get(of([*four, *more]))
    assert refused.status_code == 422 and "two to 6 runs" in refused.content.decode()


def test_one_question_in_all_of_them(signed_in: Client, four: list[Run]) -> None:
    question = four[0].answers.order_by("pk")[0].question
    address = f"/runs/compare/questions/{question.pk}?" + of(four).partition("?")[2]
    assert address.replace("&", "&amp;") in signed_in.get(of(four)).content.decode()
    part = signed_in.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    for shown in ("Seat 2", "tiny-01", f"correct of {four[0]}", question.text[:20]):
        assert shown in part, shown
    assert "<h1>Question 1</h1>" in signed_in.get(address).content.decode()
    assert signed_in.get(f"/runs/compare/questions/{question.pk}").status_code == 404
    ungraded = four[0].answers.get(verdict=UNGRADED).question
    alone = f"/runs/compare/questions/{ungraded.pk}?run={four[0].pk}"
    assert signed_in.get(alone).status_code == 404, "one run is no comparison"
