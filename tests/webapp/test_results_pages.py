"""The table of a run's answers, and where its points were lost."""

import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.conftest import MakeSet
from tests.webapp.test_outcomes import RIGHT, answered
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.pages.results import counts, search
from webapp.pages.results.filters import Filters, neighbours
from webapp.queue import events
from webapp.runs.models import Answer, Event, Generation, Progress, Review, Run
from webapp.runs.search_index import BLOCK

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)
    run = submit_run(pool.team, None, pool=pool, questions=question_set(), method="all-experts")
    for expert in pool.experts.all():
        Progress.objects.create(run=run, purpose="respond", expert=expert, asked=8, done=8)
    return run


@pytest.fixture
def told(run: Run, user: User) -> list[Answer]:
    """One answer of every outcome, in this order; the last two questions are open."""
    given: list[tuple[list[str | None], str]] = [
        ([RIGHT, RIGHT], "correct"),
        (["3", RIGHT], "correct"),
        (["3", "4"], "incorrect"),
        (["3", RIGHT], "incorrect"),
        ([RIGHT, RIGHT], "incorrect"),
        ([None, None], "no answer"),
    ]
    answers = [
        answered(run, stated, verdict, place) for place, (stated, verdict) in enumerate(given)
    ]
    answers[0].skills = [["adding", "<i>sums</i>", 0.9], ["odd", "", 0.1]]
    answers[0].text = "fourteen"
    answers[0].save()
    Review.objects.create(answer=answers[3], run=run, person=user, verdict="aggregation")
    return answers


def page_of(signed_in: Client, run: Run, query: str = "") -> str:
    page = signed_in.get(f"/runs/{run.pk}/questions?{query}")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", page.content.decode())


def rows_of(signed_in: Client, run: Run, query: str) -> list[int]:
    address = f"/runs/{run.pk}/questions?{query}"
    return [row.pk for row in signed_in.get(address).context["page"].rows]


def test_what_a_row_shows(signed_in: Client, run: Run, told: list[Answer]) -> None:
    page = page_of(signed_in, run)
    for shown in (
        '<a class="chip" href="?skill=%3Ci%3Esums%3C%2Fi%3E">&lt;i&gt;sums&lt;/i&gt;</a>',
        "<td>fourteen</td>",
        "A right expert was outvoted</div>",
        "admin: Aggregation failed",
        '<span aria-hidden="true" title="incorrect">✗</span>',
        '<span title="tiny-02">tiny-02</span>',
        "8 questions",
        f'href="/runs/{run.pk}/lost"',
    ):
        assert shown in page, shown
    assert "Right, as the majority</div>" not in page, "only of what was lost"
    assert page.count('class="seat"') == 12


def test_the_last_round_of_a_seat_is_shown(signed_in: Client, run: Run) -> None:
    answered(run, ["3", "3"], "incorrect")
    answer = answered(run, [RIGHT], "correct", round_=1)
    seats = signed_in.get(f"/runs/{run.pk}/questions").context["seats"][answer.pk]
    assert [(seat.number, seat.stated) for seat in seats] == [(0, RIGHT), (1, "3")]


def test_filters_stay_in_the_address(signed_in: Client, run: Run, told: list[Answer]) -> None:
    page = page_of(signed_in, run, "verdict=incorrect&words=It&expert=&skill=no+such")
    assert "No question of this run is like that" in page
    assert "<strong>0</strong> of 8 questions" in page
    assert "<option selected>no such</option>" in page
    page = page_of(signed_in, run, "verdict=incorrect&words=It&disagree=yes")
    kept = "verdict=incorrect&amp;disagree=yes&amp;words=It"
    assert f'href="/runs/{run.pk}/questions/{told[3].pk}?{kept}"' in page
    assert '<a href="?verdict=correct&amp;disagree=yes&amp;words=It">Correct' in page
    assert '<input type="hidden" name="verdict" value="incorrect">' in page
    assert 'value="yes" data-submit checked' in page
    assert "<strong>2</strong> of 8 questions" in page
    assert f'<a class="small" href="/runs/{run.pk}/questions">Clear</a>' in page


def test_what_may_be_chosen(signed_in: Client, run: Run, told: list[Answer]) -> None:
    page = page_of(signed_in, run, f"expert={run.progress.all()[0].expert_id}&outcome=lost")
    for shown in (
        "<option>&lt;i&gt;sums&lt;/i&gt;</option>",
        f"<option>{told[0].question.category}</option>",
        f'<option value="{run.progress.all()[0].expert_id}" selected>tiny-01</option>',
        '<option value="lost" selected>Lost in any way (4)</option>',
        '<option value="saved">Right against the majority (1)</option>',
        'Correct <small class="muted">2</small>',
        'Not yet <small class="muted">2</small>',
    ):
        assert shown in page, shown


def test_more_filters(signed_in: Client, run: Run, told: list[Answer], user: User) -> None:
    keys = [answer.pk for answer in told]
    Review.objects.create(answer=told[2], run=run, person=user, verdict="disputed")
    assert rows_of(signed_in, run, "outcome=lost") == keys[2:]
    assert rows_of(signed_in, run, "outcome=lost&review=undisputed") == keys[3:]
    assert rows_of(signed_in, run, "review=disputed") == [keys[2]]
    everything = rows_of(signed_in, run, "")
    assert len(everything) == 8
    assert rows_of(signed_in, run, "words=%3F!") == [], "signs alone are no words"
    for nonsense in ("after=x&before=", "outcome=lose", "verdict=<script>", "skill="):
        assert rows_of(signed_in, run, nonsense) == everything, nonsense
    assert rows_of(signed_in, run, "after=999999999999") == []
    assert "There are no more questions" in page_of(signed_in, run, "after=999999999999")


def test_pages_keep_filters(
    signed_in: Client, run: Run, told: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.pages.results.table.SIZE", 2)
    keys = [answer.pk for answer in told]
    Answer.objects.filter(pk__in=keys[2:]).update(skills=[["", "sums", 1.0]])
    for query in ("outcome=lost", "words=It&outcome=lost", "skill=sums"):
        found = keys[2:]
        first = signed_in.get(f"/runs/{run.pk}/questions?{query}").context["page"]
        assert [row.pk for row in first.rows] == found[:2]
        assert dict(parse_qsl(first.next[1:])) == dict(parse_qsl(query)) | {"after": str(found[1])}
        second = signed_in.get(f"/runs/{run.pk}/questions{first.next}").context["page"]
        assert ([row.pk for row in second.rows], second.next) == (found[2:], "")
        back = signed_in.get(f"/runs/{run.pk}/questions{second.previous}").context["page"]
        assert ([row.pk for row in back.rows], back.previous) == (found[:2], "")


@pytest.mark.parametrize("page", ["questions", "lost", "lost.json"])
def test_of_another_team(signed_in: Client, run: Run, page: str) -> None:
    assert signed_in.get(f"/runs/{run.pk}/{page}").status_code == 200
    Run.objects.update(team=Team.objects.create(name="Others"))
    assert signed_in.get(f"/runs/{run.pk}/{page}").status_code == 404


def test_a_run_without_verdicts_has_no_columns_for_them(signed_in: Client, run: Run) -> None:
    Run.objects.update(kind="profile")
    page = page_of(signed_in, run)
    assert '<th scope="col">Verdict</th>' not in page and "Experts disagree" not in page
    assert signed_in.get(f"/runs/{run.pk}/lost").status_code == 404


def test_a_page_takes_as_many_queries_as_it_has_kinds_of_things(
    signed_in: Client,
    run: Run,
    told: list[Answer],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    cache.clear()
    with django_assert_max_num_queries(15):
        signed_in.get(f"/runs/{run.pk}/questions?verdict=incorrect&review=mine")
    with django_assert_max_num_queries(10) as queries:
        signed_in.get(f"/runs/{run.pk}/questions?verdict=incorrect&review=mine")
    counted = [q["sql"] for q in queries.captured_queries if "GROUP BY" in q["sql"]]
    assert counted == [], "what was counted is kept"


def test_counts_follow_the_run(
    signed_in: Client, run: Run, told: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counts.totals(run).verdicts["correct"] == 2
    Answer.objects.filter(pk=told[2].pk).update(verdict="correct")
    assert counts.totals(run).verdicts["correct"] == 2
    with transaction.atomic():
        events.append(run.pk, Event.Kind.REGRADED)
    assert 'Correct <small class="muted">3</small>' in page_of(signed_in, run)
    assert "<strong>3</strong> of 8" in page_of(signed_in, run, "verdict=correct")
    monkeypatch.setattr("webapp.pages.results.table.SIZE", 1)
    assert "<strong>3</strong> of 8" in page_of(signed_in, run, "disagree=yes")
    monkeypatch.setattr(counts, "MOST", 1)
    monkeypatch.setattr(counts, "MOST_WITH_WORDS", 2)
    assert "More than <strong>1</strong> of 8" in page_of(
        signed_in, run, "skill=&disagree=yes&outcome=lost"
    )
    assert "More than <strong>2</strong> of 8" in page_of(signed_in, run, "words=It")


@pytest.mark.parametrize("sample", [3, 8, 1000])
def test_choices_of_a_sample(run: Run, monkeypatch: pytest.MonkeyPatch, sample: int) -> None:
    for place, answer in enumerate(run.answers.order_by("pk")):
        answer.skills = [["", f"skill {place}", 1.0], ["", "sums", 1.0]]
        answer.save()
    monkeypatch.setattr(counts, "SAMPLE", sample)
    found = counts.skills(run)
    assert found == sorted(found) and "sums" in found
    assert len(found) == 1 + min(sample, 8)
    monkeypatch.setattr(counts, "OFFERED", 1)
    cache.clear()
    assert counts.skills(run) == ["sums"], "the most frequent"


def scattered(run: Run, places: Sequence[int], output: Callable[[int], str]) -> list[int]:
    """Answers of the run far apart, with a response each."""
    assert run.pool is not None
    questions = run.answers.order_by("pk").values_list("question_id", flat=True)
    taken = list(questions)[: len(places)]
    run.answers.all().delete()
    last = Answer.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    base = (last // BLOCK + 10) * BLOCK
    made = Answer.objects.bulk_create(
        Answer(pk=base + place, run=run, question_id=question)
        for place, question in zip(places, taken, strict=True)
    )
    expert = run.pool.experts.all()[0]
    Generation.objects.bulk_create(
        Generation(
            run=run, answer=answer, expert=expert, engine_key="", stage=1, purpose="respond",
            number=0, prompt="", temperature=0, max_tokens=1, seed=0, status="done",
            output=output(place),
        )
        for place, answer in enumerate(made)
    )  # fmt: skip
    return [answer.pk for answer in made]


@pytest.mark.parametrize("most", [2, 20_000])
def test_words_are_found_wherever_they_stand(
    run: Run, user: User, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(search, "MOST", most)
    places = [0, 1, BLOCK - 1, BLOCK, 3 * BLOCK + 5, 40 * BLOCK, 41 * BLOCK - 1, 70 * BLOCK]
    keys = scattered(run, places, lambda n: f"all, {'odd' if n % 2 else 'even'}; no{n} 40")
    for words, found in {
        "all": keys,
        "odd": keys[1::2],
        "all -odd": keys[1::2],
        "no2 OR odd even": [keys[2]],
        "---": [],
        "no7": keys[7:],
        "no0 OR no6": [keys[0], keys[6]],
        "#40 nowhere": [],
        str(keys[0] // BLOCK): [],
    }.items():
        filters = Filters(words=words)
        assert list(filters.answers(run, user).order_by("pk").values_list("pk", flat=True)) == found
        for many in (2, 100):
            rows = Answer.objects.filter(run=run)
            assert search.holding(run, rows, words, many=many) == found[:many]
            for key in (keys[0] - 1, keys[3], keys[7] + 1):
                after = search.holding(run, rows, words, after=key, many=many)
                before = search.holding(run, rows, words, before=key, many=many)
                assert after == [pk for pk in found if pk > key][:many], (words, key)
                assert before == [pk for pk in found if pk < key][::-1][:many], (words, key)
    answer = Answer.objects.select_related("run").get(pk=keys[3])
    assert neighbours(answer, Filters(words="odd"), user) == (keys[1], keys[5])


def test_where_points_were_lost(
    signed_in: Client, run: Run, told: list[Answer], user: User
) -> None:
    page = signed_in.get(f"/runs/{run.pk}/lost")
    found = page.context["found"]
    assert (found.total, found.saved.count, found.broken.count, found.balance) == (4, 1, 1, 0)
    assert "won as many as it lost: 1 each" in page.content.decode()
    first, second = found.experts
    assert (first.name, first.seats, first.right, first.outvoted, first.broken) == (
        "tiny-02", 4, 2, 1, 1,
    )  # fmt: skip
    assert (second.right, second.outvoted, second.broken) == (1, 0, 1)
    (category, *_) = found.categories
    assert 0 < category.lost <= category.answers
    assert sum(part.lost for part in found.categories) == 4


@pytest.mark.parametrize("disputed", [None, 0, 2, 4])
def test_every_bar_opens_its_questions(
    signed_in: Client, run: Run, told: list[Answer], user: User, disputed: int | None
) -> None:
    if disputed is not None:
        for person in (user, User.objects.create_user("second", team=user.team)):
            Review.objects.update_or_create(
                answer=told[disputed], run=run, person=person, defaults={"verdict": "disputed"}
            )
    figure = signed_in.get(f"/runs/{run.pk}/lost.json").json()
    (bars,) = figure["data"]
    assert sum(bars["x"]) == 6, "every judged answer once"
    for count, address in zip(bars["x"], bars["customdata"], strict=True):
        assert len(signed_in.get(address).context["page"].rows) == count, address
    table = {cells[0]["href"]: cells[1] for cells in figure["table"]}
    assert table == dict(zip(bars["customdata"], map(str, bars["x"]), strict=True))
    found = signed_in.get(f"/runs/{run.pk}/lost").context["found"]
    assert found.disputed.count == (disputed is not None)
    for row in found.categories:
        shown = signed_in.get(f"/runs/{run.pk}/questions?{row.query}").context["page"].rows
        assert len(shown) == row.lost


@pytest.mark.parametrize(
    ("stated", "verdict", "words"),
    [
        (["3", RIGHT], "correct", "won more than it lost: 1 saved, 0 broken"),
        ([RIGHT, RIGHT], "incorrect", "lost more than it won: 1 broken, 0 saved"),
        ([RIGHT, RIGHT], "correct", "changed nothing"),
        ([RIGHT, "3"], "correct", "changed nothing"),
        (["3", RIGHT], "incorrect", "changed nothing"),
    ],
)
def test_the_balance_in_words(
    signed_in: Client, run: Run, stated: list[str], verdict: str, words: str
) -> None:
    answered(run, stated, verdict)
    assert words in signed_in.get(f"/runs/{run.pk}/lost").content.decode()


def test_nothing_is_judged_yet(signed_in: Client, run: Run) -> None:
    assert "Grows with the first verdicts" in signed_in.get(f"/runs/{run.pk}/lost").content.decode()
    assert signed_in.get(f"/runs/{run.pk}/lost.json").json()["data"] == []
    assert f'href="/runs/{run.pk}/lost"' in signed_in.get(run.get_absolute_url()).content.decode()
