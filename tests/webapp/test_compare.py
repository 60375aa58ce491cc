"""Two runs over one question set: what the second gains, question by question."""

from collections import Counter
from collections.abc import Sequence

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.conftest import MakeSet, demo_expert
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.pages.comparison import counts
from webapp.pages.comparison.counts import PairCounts, figures, in_words
from webapp.pages.comparison.pairs import State, state_of
from webapp.runs.models import Answer, Generation, Run

pytestmark = pytest.mark.django_db

RIGHT, WRONG, NONE, UNGRADED, OPEN = "correct", "incorrect", "no answer", "ungraded", ""
FIRST = [RIGHT, RIGHT, WRONG, NONE, WRONG, UNGRADED, RIGHT, OPEN]
SECOND = [RIGHT, NONE, RIGHT, RIGHT, NONE, UNGRADED, OPEN, RIGHT]
STATES = ["right", "lost", "gained", "gained", "wrong", "left out", "left out", "left out"]


def judged(run: Run, verdicts: Sequence[str], seats: Sequence[Sequence[str]] = ()) -> Run:
    """A run that is done, with these verdicts in the order of its questions, and these seats."""
    answers = list(run.answers.order_by("pk"))
    for answer, verdict in zip(answers, verdicts, strict=True):
        answer.verdict, answer.text = verdict, f"{verdict} of {run}"
    Answer.objects.bulk_update(answers, ["verdict", "text"])
    for answer, names in zip(answers, seats, strict=False):
        for number, name in enumerate(names):
            Generation.objects.create(
                run=run, answer=answer, expert=demo_expert(name), engine_key="", stage=1,
                purpose="respond", number=number, prompt="", temperature=0, max_tokens=1, seed=0,
                status="done",
            )  # fmt: skip
    run.status = Run.Status.DONE
    run.save()
    return run


@pytest.fixture
def runs(pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)
    questions = question_set()
    one, two = "tiny-01", "tiny-02"
    return [
        judged(
            submit_run(
                pool.team, None, pool=pool, questions=questions, method="all-experts", seed=seed
            ),
            verdicts,
            seats,
        )
        for seed, verdicts, seats in (
            (1, FIRST, [[one, two], [one, two], [one, one]]),
            (2, SECOND, [[two, one], [two, two], [one, two], [one]]),
        )
    ]


def address(runs: Sequence[Run], **more: str) -> str:
    narrowed = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/runs/compare?a={runs[0].pk}&b={runs[1].pk}{narrowed}"


def test_states() -> None:
    assert [state_of(*pair) for pair in zip(FIRST, SECOND, strict=True)] == STATES


def test_question_by_question(signed_in: Client, runs: list[Run]) -> None:
    context = signed_in.get(address(runs)).context
    assert [pair.state for pair in context["pairs"]] == STATES
    assert context["tabs"][0][2] == 8
    for state, _, n, link in context["tabs"][1:]:
        pairs = signed_in.get(link).context["pairs"]
        assert [pair.state for pair in pairs] == [state] * STATES.count(state)
        assert n == len(pairs)
        assert len(pairs) > 0
    assert len(signed_in.get(address(runs, show="nonsense")).context["pairs"]) == 8


def test_what_the_page_says(signed_in: Client, runs: list[Run]) -> None:
    first, second = runs
    page = signed_in.get(address(runs)).content.decode()
    for shown in (
        f"{second} against {first}",
        f"{second} is right on 1 more of 5 questions than {first}.",
        "in 100 % of comparisons: that is too often to tell them apart, so they are tied.",
        ">Tied</h2>",
        "2 questions without a verdict in one of the runs, 1 without a gold answer",
        "+20.0 points",
        "no answer of Run",
        "other seats",
        f"/runs/{first.pk}/questions/{first.answers.order_by('pk')[0].pk}",
        f"/runs/{second.pk}/questions/{second.answers.order_by('pk')[0].pk}",
    ):
        assert shown in page, shown


def test_what_differs(signed_in: Client, runs: list[Run]) -> None:
    settings = signed_in.get(address(runs)).context["settings"]
    assert [(of.name, of.first, of.second) for of in settings] == [("Seed", "1", "2")]
    runs[1].left_out = [demo_expert("tiny-01").pk]
    runs[1].seed = 1
    runs[1].save()
    settings = signed_in.get(address(runs)).context["settings"]
    assert [(of.name, of.first, of.second) for of in settings] == [
        ("Seats per question", "2", "1"),
        ("Left out", "", "tiny-01"),
    ]


def test_seats(signed_in: Client, runs: list[Run]) -> None:
    """The order of seats is no difference; two seats for one expert are one."""
    context = signed_in.get(address(runs)).context
    found = context["figures"]
    assert (found.seated, found.rerouted) == (3, 2)
    seats = [(row.expert, row.first, row.second, row.more) for row in found.seats]
    assert seats == [("tiny-01", 4, 3, -1), ("tiny-02", 2, 4, 2)][::-1]
    assert [pair.rerouted for pair in context["pairs"][:4]] == [False, True, True, True]
    assert context["pairs"][1].sides[1].seats == ["tiny-02", "tiny-02"]


def test_seats_of_later_rounds_are_no_seats_of_their_own(runs: list[Run]) -> None:
    before = figures(*runs)
    Generation.objects.filter(run=runs[1], number=0).update(round=1)
    runs[1].method = "debate"
    runs[1].event_seq += 1
    runs[1].save()
    assert sum(row.second for row in before.seats) == 7
    assert sum(row.second for row in figures(*runs).seats) == 3


def test_by_category_and_skill(signed_in: Client, runs: list[Run]) -> None:
    first, second = runs
    questions = [answer.question for answer in first.answers.order_by("pk")]
    for place, question in enumerate(questions):
        question.category = "a & b" if place < 4 else ""
        question.save()
    for answer in second.answers.order_by("pk")[1:3]:
        answer.skills = [["sums", "addition", 0.9], ["x", "y", 0.5]]
        answer.save()
    found = figures(first, second)
    (category,) = found.categories
    assert (category.name, category.tested, category.first, category.second) == ("a & b", 4, 2, 3)
    assert (category.net, category.points) == (1, 25)
    (skill,) = found.skills
    assert (skill.name, skill.tested, skill.net) == ("addition", 2, 0)
    page = signed_in.get(address(runs)).content.decode()
    assert f"{address(runs).replace('&', '&amp;')}&amp;category=a%20%26%20b#questions" in page
    narrowed = signed_in.get(address(runs, category="a%20%26%20b", show="gained")).context
    assert [n for _, _, n, _ in narrowed["tabs"]] == [4, 2, 1, 1, 0, 0]
    assert len(narrowed["pairs"]) == 2
    narrowed = signed_in.get(address(runs, skill="addition")).context
    assert [pair.state for pair in narrowed["pairs"]] == ["lost", "gained"]
    assert signed_in.get(address(runs, skill="y")).context["pairs"] == []


def test_the_largest_differences_come_first(
    runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST", 2)
    for place, answer in enumerate(runs[0].answers.order_by("pk")):
        answer.skills = [["", f"skill {min(place, 5) // 2}", 0.9]]
        answer.save()
    found = figures(*runs)
    assert [(of.name, of.net) for of in found.skills] == [("skill 1", 2), ("skill 0", -1)]


def test_the_verdict_in_words(runs: list[Run]) -> None:
    first, second = runs

    def told(gained: int, lost: int, right: int = 0) -> str:
        counts = {State.GAINED: gained, State.LOST: lost, State.RIGHT: right}
        return in_words(first, second, PairCounts("", Counter(counts)))

    assert told(0, 0) == "No question has been graded in both runs yet: there is nothing to test."
    assert told(3, 3, 1) == "Both runs are right on the same number of 7 questions: tied."
    assert told(30, 5, 1000).endswith(f"in fewer than 0.1 % of comparisons: {second} is better.")
    assert told(1, 9).startswith(f"{first} is right on 8 more of 10 questions than {second}.")
    assert told(1, 9).endswith(f"in 2.1 % of comparisons: {first} is better.")


def test_ticked_runs(signed_in: Client, runs: list[Run]) -> None:
    first, second = runs
    answer = signed_in.get(f"/runs/compare?run={second.pk}&run={first.pk}")
    assert answer.headers["Location"] == address(runs)
    for ticked in (
        "", f"?run={first.pk}", f"?run={first.pk}&run={first.pk}", f"?a={first.pk}",
        f"?run={first.pk}&run=x", f"?run={first.pk}&run={second.pk}&run=7",
    ):  # fmt: skip
        refused = signed_in.get(f"/runs/compare{ticked}")
        assert refused.status_code == 422, ticked
        assert "tick both in the list" in refused.content.decode()


def test_what_cannot_be_compared(
    signed_in: Client, runs: list[Run], pool: Pool, question_set: MakeSet
) -> None:
    other = submit_run(
        pool.team, None, pool=pool, questions=question_set(size=4), method="all-experts"
    )
    refused = signed_in.get(address([runs[0], other]))
    assert refused.status_code == 422
    assert f"{runs[0]} answers test 8, {other} answers test 4" in refused.content.decode()
    refused = signed_in.get(address([runs[0], runs[0]]))
    assert "choose two different runs" in refused.content.decode()
    profiling = Run.objects.create(team=pool.team, kind=Run.Kind.PROFILE)
    refused = signed_in.get(address([profiling, runs[0]]))
    assert f"{profiling} answers no questions" in refused.content.decode()


def test_other_teams_runs_do_not_exist(signed_in: Client, runs: list[Run]) -> None:
    runs[1].team = Team.objects.create(name="Others")
    runs[1].save()
    assert signed_in.get(address(runs)).status_code == 404
    assert signed_in.get(address(runs[::-1])).status_code == 404
    assert signed_in.get(f"/runs/compare?a={runs[0].pk}&b=-1").status_code == 404
    assert signed_in.get(f"/runs/compare?a={runs[0].pk}&b={10**30}").status_code == 404


def test_runs_of_which_nothing_is_done_yet(signed_in: Client, runs: list[Run], pool: Pool) -> None:
    assert runs[0].question_set is not None
    fresh = [
        submit_run(pool.team, None, pool=pool, questions=runs[0].question_set, method="all-experts")
        for _ in range(2)
    ]
    page = signed_in.get(address(fresh)).content.decode()
    for shown in ("Nothing to test yet", "Nobody has been recruited yet", "were started alike"):
        assert shown in page


def test_a_run_offers_others_on_its_set(
    signed_in: Client, runs: list[Run], pool: Pool, question_set: MakeSet
) -> None:
    other = submit_run(
        pool.team, None, pool=pool, questions=question_set(size=4), method="all-experts"
    )
    page = signed_in.get(runs[1].get_absolute_url()).content.decode()
    assert f'<option value="{runs[0].pk}">' in page
    assert f'<option value="{other.pk}">' not in page
    assert f'<option value="{runs[1].pk}">' not in page
    assert "Compare with" not in signed_in.get(other.get_absolute_url()).content.decode()


def test_it_is_counted_once(
    signed_in: Client, runs: list[Run], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in.get(address(runs))
    with django_assert_max_num_queries(9) as queries:
        signed_in.get(address(runs))
    assert not [q for q in queries.captured_queries if "GROUPING SETS" in q["sql"]]
