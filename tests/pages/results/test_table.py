"""The table of a run's answers: rows, controls, pages."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.execution.answers import RIGHT, answered
from tests.pages.results.looking import page_of, rows_of
from tests.pages.serving import serve
from webapp.accounts.models import User
from webapp.db.memory import cache
from webapp.questions.models import Question
from webapp.results.filters import Filters, neighbours
from webapp.reviews.verdicts import kinds_of
from webapp.runs.models import Answer, Run

pytestmark = pytest.mark.django_db


def test_what_a_row_shows(signed_in: Client, run: Run, judged: list[Answer]) -> None:
    page = page_of(signed_in, run)
    for shown in (
        '<a class="chip" href="?skill=%3Ci%3Esums%3C%2Fi%3E">&lt;i&gt;sums&lt;/i&gt;</a>',
        '<td dir="auto">fourteen</td>',
        "A right expert was outvoted</div>",
        "admin: Aggregation failed",
        '<span aria-hidden="true" title="incorrect">✗</span>',
        '<span class="expert">tiny-02</span>',
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


def test_filters_stay_in_the_address(signed_in: Client, run: Run, judged: list[Answer]) -> None:
    page = page_of(signed_in, run, "verdict=incorrect&words=It&expert=&skill=no+such")
    assert "No question of this run is like that" in page
    assert "<strong>0</strong> of 8 questions" in page
    assert "<option selected>no such</option>" in page
    page = page_of(signed_in, run, "verdict=incorrect&words=It&disagree=yes")
    kept = "verdict=incorrect&amp;disagree=yes&amp;words=It"
    assert f'href="/runs/{run.pk}/questions/{judged[3].pk}?{kept}"' in page
    assert '<a href="?verdict=correct&amp;disagree=yes&amp;words=It">Correct' in page
    assert '<input type="hidden" name="verdict" value="incorrect">' in page
    assert 'value="yes" data-submit checked' in page
    assert "<strong>2</strong> of 8 questions" in page
    assert f'<a class="small" href="/runs/{run.pk}/questions">Clear</a>' in page


def hidden_fields(page: str) -> dict[str, str]:
    """Of the filters' form: what it sends along that no control of it shows."""
    form = page.partition('<form class="filters"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_a_filter_without_a_control_survives_another_choice(
    signed_in: Client, run: Run, judged: list[Answer]
) -> None:
    judged[2].generations.filter(number=0).update(status="failed")
    asked = "failed=respond&verdict=incorrect&outcome=outvoted&words=It"
    hidden = hidden_fields(page_of(signed_in, run, asked))
    assert hidden == {"failed": "respond", "verdict": "incorrect"}
    chosen = hidden | {"outcome": "none right"}
    assert rows_of(signed_in, run, urlencode(chosen)) == [judged[2].pk]
    assert rows_of(signed_in, run, urlencode(hidden | {"outcome": "outvoted"})) == []
    assert hidden_fields(page_of(signed_in, run)) == {}


def test_what_may_be_chosen(signed_in: Client, run: Run, judged: list[Answer]) -> None:
    page = page_of(signed_in, run, f"expert={run.progress.all()[0].expert_id}&outcome=lost")
    for shown in (
        "<option>&lt;i&gt;sums&lt;/i&gt;</option>",
        f"<option>{judged[0].question.category}</option>",
        f'<option value="{run.progress.all()[0].expert_id}" selected>tiny-01</option>',
        '<option value="lost" selected>Lost in any way (4)</option>',
        '<option value="saved">Right against the majority (1)</option>',
        'Correct <small class="muted">2</small>',
        'Not yet <small class="muted">2</small>',
    ):
        assert shown in page, shown


def test_pages_keep_filters(
    signed_in: Client, run: Run, judged: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.pages.results.table.SIZE", 2)
    keys = [answer.pk for answer in judged]
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


def test_a_run_without_verdicts_has_no_columns_for_them(signed_in: Client, run: Run) -> None:
    Run.objects.update(kind="profile")
    page = page_of(signed_in, run)
    assert "Verdict</a>" not in page and "Experts disagree" not in page
    assert signed_in.get(f"/runs/{run.pk}/lost").status_code == 404


def test_a_page_takes_as_many_queries_as_it_has_kinds_of_things(
    signed_in: Client,
    run: Run,
    judged: list[Answer],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    cache.clear()
    kinds_of(run.team)
    with django_assert_max_num_queries(33):  # ten note the session
        signed_in.get(f"/runs/{run.pk}/questions?verdict=incorrect&review=mine")
    with django_assert_max_num_queries(17) as queries:
        signed_in.get(f"/runs/{run.pk}/questions?verdict=incorrect&review=mine")
    counted = [q["sql"] for q in queries.captured_queries if "GROUP BY" in q["sql"]]
    assert counted == [], "what was counted is kept"


@pytest.mark.usefixtures("empty_cache")
def test_questions_by_verdict(signed_in: Client, run: Run) -> None:
    serve(run)
    address = f"{run.get_absolute_url()}/questions"
    assert len(signed_in.get(address).context["page"].rows) == 8
    for verdict in ("correct", "incorrect", "no answer", "ungraded", "open"):
        rows = signed_in.get(address, {"verdict": verdict}).context["page"].rows
        assert all(row.verdict == verdict for row in rows)
        assert len(rows) == run.answers.filter(verdict=verdict).count()


def test_rows_have_numbers_and_ids_and_are_set_as_on_the_sets_page(
    signed_in: Client, run: Run, judged: list[Answer]
) -> None:
    question = judged[1].question
    Question.objects.filter(pk=question.pk).update(
        text="**Why** is $x^2$\u202e \U0001f469\u200d\U0001f4bb?", key="odd id"
    )
    page = page_of(signed_in, run)
    assert '<strong>Why</strong> is <code class="tex">x^2</code>' in page
    assert '<span class="unseen" title="right-to-left override">U+202E</span>' in page
    assert "\U0001f469\u200d\U0001f4bb?" in page and 'class="rendered" dir="auto"' in page
    link = f'id="q{judged[1].pk}" data-pane> <span class="visually-hidden">Question </span>2</a>'
    assert link in page and 'title="odd id">odd id</small>' in page
    shown = signed_in.get(judged[1].get_absolute_url()).content.decode()
    assert "<title>Question 2 of" in shown and "odd id</small>" in shown


def test_columns_are_chosen_and_kept(signed_in: Client, run: Run, judged: list[Answer]) -> None:
    heads = signed_in.get(f"/runs/{run.pk}/questions").context["columns"].heads
    assert [head.column.key for head in heads] == [
        *("number", "verdict", "text", "skills", "experts", "answer", "gold"),
    ]
    chosen = "columns=number&columns=outcome&columns=category&columns=nonsense&verdict=incorrect"
    page = page_of(signed_in, run, chosen)
    assert "A right expert was outvoted</td>" in page and judged[3].question.category in page
    assert 'class="seat"' not in page and "fourteen" not in page
    assert '<input type="hidden" name="verdict" value="incorrect">' in page
    kept = signed_in.get(f"/runs/{run.pk}/questions").context["columns"]
    assert kept.keys == {"outcome", "category"}
    assert (
        signed_in.get(f"/runs/{run.pk}/questions?columns=number").context["columns"].keys == set()
    )


@pytest.mark.parametrize("sort", ["-number", "verdict", "-verdict", "outcome", "-category"])
@pytest.mark.parametrize("asked", ["", "outcome=lost", "words=It", "skill=sums"])
def test_it_is_sorted_by_what_an_index_gives_page_by_page(
    signed_in: Client, run: Run, judged: list[Answer], user: User, sort: str, asked: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Answer.objects.filter(pk__in=[one.pk for one in judged[1:5]]).update(skills=[["", "sums", 1.0]])
    monkeypatch.setattr("webapp.pages.results.table.SIZE", 2)
    address = f"/runs/{run.pk}/questions"
    filters = Filters.of(QueryDict(f"{asked}&sort={sort}"))
    rows = filters.answers(run, user)
    column = filters.order.column
    falling = filters.order.falling
    wanted = sorted(rows, key=lambda row: (getattr(row, column) if column else "", row.pk))
    keys = [row.pk for row in (wanted[::-1] if falling else wanted)]
    assert keys
    found: list[int] = []
    query = f"?{asked}&sort={sort}"
    while query:
        page = signed_in.get(address + query).context["page"]
        found += [row.pk for row in page.rows]
        if page.previous:
            back = signed_in.get(address + page.previous).context["page"]
            assert [row.pk for row in back.rows] == keys[len(found) - len(page.rows) - 2 :][:2]
        query = page.next
    assert found == keys
    for place, key in enumerate(keys):
        answer = Answer.objects.select_related("run").get(pk=key)
        assert neighbours(answer, filters, user) == (
            keys[place - 1] if place else None,
            keys[place + 1] if place + 1 < len(keys) else None,
        )


def test_what_it_is_sorted_by_is_said(signed_in: Client, run: Run, judged: list[Answer]) -> None:
    page = page_of(signed_in, run, "sort=-verdict&outcome=lost")
    head = signed_in.get(f"/runs/{run.pk}/questions?sort=-verdict&outcome=lost")
    told = [one for one in head.context["columns"].heads if one.sorted]
    assert [(one.sorted, one.query) for one in told] == [
        ("descending", "outcome=lost&sort=verdict")
    ]
    assert 'aria-sort="descending"' in page
    page = page_of(signed_in, run, "sort=-verdict")
    assert "8 questions" in page and "of 8" not in page, "an order asks for nothing"
    assert "Clear</a>" not in page
    page = page_of(signed_in, run, "sort=-verdict&words=It")
    assert "sort=verdict" not in page and 'aria-sort="ascending"' in page
