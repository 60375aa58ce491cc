"""What people say of answers: verdicts with notes, comments, review mode."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.conftest import MakeSet
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.runs.models import Answer, Comment, Review, Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)


@pytest.fixture
def run(pool: Pool, question_set: MakeSet) -> Run:
    """Five answers, all done, every other one of them right."""
    questions = question_set("test", 5)
    run = submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts")
    for place, pk in enumerate(keys(run)):
        verdict = "incorrect" if place % 2 else "correct"
        run.answers.filter(pk=pk).update(asked=True, stage=None, verdict=verdict, text="14")
    return run


@pytest.fixture
def colleague(team: Team) -> User:
    return User.objects.create_user("grace", team=team)


def keys(run: Run) -> list[int]:
    return list(run.answers.order_by("pk").values_list("pk", flat=True))


def address(run: Run, answer: int) -> str:
    return f"/runs/{run.pk}/questions/{answer}"


def test_a_verdict_with_a_note_by_whom_and_when(signed_in: Client, run: Run) -> None:
    here = address(run, keys(run)[0])
    page = signed_in.get(here).content.decode()
    assert "Nobody has reviewed this answer yet" in page
    given = {"verdict": "wrong skill", "note": "It needs <b>geometry</b>, $x^2$."}
    answered = signed_in.post(f"{here}/review", given)
    assert answered["Location"] == f"{here}#reviews"
    review = Review.objects.get()
    assert (review.run, review.answer_id) == (run, keys(run)[0])
    page = signed_in.get(here).content.decode()
    for shown in (
        "<strong>Wrong skill</strong>",
        "by admin",
        f'datetime="{review.changed.isoformat()[:10]}',
        "&lt;b&gt;geometry&lt;/b&gt;",
        '<code class="tex">x^2</code>',
    ):
        assert shown in page
    assert re.search(r'<input[^>]*value="wrong skill"[^>]*checked', page)


def test_one_review_for_each_person(signed_in: Client, run: Run, colleague: User) -> None:
    here = address(run, keys(run)[0])
    signed_in.post(f"{here}/review", {"verdict": "right"})
    first = Review.objects.get()
    signed_in.post(f"{here}/review", {"verdict": "disputed", "note": "The gold is 15."})
    again = Review.objects.get()
    assert (again.verdict, again.note) == ("disputed", "The gold is 15.")
    assert again.created == first.created and again.changed > first.changed
    Review.objects.create(answer=again.answer, run=run, person=colleague, verdict="right")
    page = signed_in.get(here).content.decode()
    assert "by admin" in page and "by grace" in page
    assert page.count("Withdraw") == 1
    signed_in.post(f"{here}/withdraw")
    assert [review.person for review in Review.objects.all()] == [colleague]


def test_a_dispute_is_open_until_somebody_settles_it(
    signed_in: Client, run: Run, colleague: User
) -> None:
    here = address(run, keys(run)[0])
    theirs = Review.objects.create(
        answer_id=keys(run)[0], run=run, person=colleague, verdict="disputed", note="It is 15."
    )
    disputed = f"/runs/{run.pk}/questions?review=disputed"
    assert len(signed_in.get(disputed).context["page"].rows) == 1
    assert "1 open" in signed_in.get("/runs/").content.decode()
    assert "Open disputes" in signed_in.get("/").content.decode()
    signed_in.post(f"{here}/reviews/{theirs.pk}/settle")
    page = signed_in.get(here).content.decode()
    assert "Gold disputed, settled" in page and "settled by admin" in page and "It is 15." in page
    assert signed_in.get(disputed).context["page"].rows == []
    assert "1 open" not in signed_in.get("/runs/").content.decode()
    assert "Open disputes" not in signed_in.get("/").content.decode()
    assert signed_in.post(f"{here}/reviews/{theirs.pk}/settle").status_code == 302, "once more"
    assert signed_in.post(f"{here}/reviews/{theirs.pk + 9}/settle").status_code == 404
    refused = signed_in.post(f"{here}/review", {"verdict": "settled"})
    assert refused.status_code == 422, "only a dispute can be settled"
    signed_in.post(f"{here}/review", {"verdict": "disputed"})
    own = Review.objects.get(person__username="admin")
    signed_in.post(f"{here}/reviews/{own.pk}/settle")
    signed_in.post(f"{here}/review", {"verdict": "disputed"})
    own.refresh_from_db()
    assert (own.verdict, own.settled_by) == ("disputed", None), "it can be opened again"


def test_a_thread_of_comments(signed_in: Client, run: Run, colleague: User) -> None:
    here = address(run, keys(run)[0])
    theirs = Comment.objects.create(answer_id=keys(run)[0], author=colleague, text="Why *so*?")
    signed_in.post(f"{here}/comments", {"text": "Because <script>."})
    own = Comment.objects.get(author__username="admin")
    page = signed_in.get(here).content.decode()
    assert page.index("Why <em>so</em>?") < page.index("Because &lt;script&gt;.")
    assert page.count(">Delete<") == 1
    assert signed_in.post(f"{here}/comments/{theirs.pk}/delete").status_code == 404
    signed_in.post(f"{here}/comments/{own.pk}/delete")
    assert Comment.objects.get() == theirs
    other = address(run, keys(run)[1])
    mine = Comment.objects.create(answer_id=keys(run)[0], author=own.author, text="x")
    assert signed_in.post(f"{other}/comments/{mine.pk}/delete").status_code == 404


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Choose a verdict."),
        ({"verdict": "<b>"}, "&lt;b&gt; is no verdict"),
        ({"verdict": "right", "note": "x" * 2001}, "at most 2000 characters"),
        ({"verdict": "right", "note": "a\0b"}, "Null characters are not allowed"),
    ],
)
def test_what_is_no_review_is_refused(
    signed_in: Client, run: Run, given: dict[str, str], told: str
) -> None:
    for query in ("", "?mode=review", "?pane=1"):
        page = signed_in.post(f"{address(run, keys(run)[0])}/review{query}", given)
        assert page.status_code == 422
        assert told in page.content.decode()
    assert not Review.objects.exists()


def test_an_empty_comment_is_refused(signed_in: Client, run: Run) -> None:
    here = address(run, keys(run)[0])
    page = signed_in.post(f"{here}/comments", {"text": " "})
    assert (page.status_code, "Write something first." in page.content.decode()) == (422, True)
    assert not Comment.objects.exists()


def posts(here: str) -> Iterator[tuple[str, dict[str, str]]]:
    yield f"{here}/review", {"verdict": "right"}
    yield f"{here}/withdraw", {}
    yield f"{here}/comments", {"text": "Hello."}
    yield f"{here}/comments/1/delete", {}


def test_another_teams_answers_are_not_there(client: Client, run: Run) -> None:
    client.force_login(User.objects.create_user("eve", team=Team.objects.create(name="Other")))
    here = address(run, keys(run)[0])
    for post, given in posts(here):
        assert client.post(post, given).status_code == 404
    for get in (here, f"{here}?pane=1", f"/runs/{run.pk}/review"):
        assert client.get(get).status_code == 404
    assert not Review.objects.exists() and not Comment.objects.exists()


def test_only_answers_are_reviewed_and_only_by_posting(signed_in: Client, run: Run) -> None:
    here = address(run, keys(run)[0])
    for post, _ in posts(here):
        assert here == signed_in.get(post, follow=True).redirect_chain[-1][0], "back to the page"
    elsewhere = address(run, keys(run)[0] + 1000)
    assert signed_in.post(f"{elsewhere}/review", {"verdict": "right"}).status_code == 404
    Run.objects.update(kind="profile")
    assert "Nobody has reviewed" not in signed_in.get(here).content.decode()
    for post, given in posts(here):
        assert signed_in.post(post, given).status_code == 404
    assert signed_in.get(f"/runs/{run.pk}/review").status_code == 404


def test_all_filters_are_kept(signed_in: Client, run: Run) -> None:
    pks = keys(run)
    run.answers.update(category="a &b")
    query = "verdict=correct&category=a+%26b"
    run.answers.filter(pk=pks[2]).update(verdict="incorrect")
    page = signed_in.get(f"{address(run, pks[0])}?{query}&nonsense=1")
    text = page.content.decode().replace("&amp;", "&")
    following = page.context["next"]
    assert f'href="{address(run, following)}?{query}"' in text
    assert f'href="/runs/{run.pk}/questions?{query}"' in text
    assert f'action="{address(run, pks[0])}/review?{query}"' in text
    answered = signed_in.post(f"{address(run, pks[0])}/review?{query}", {"verdict": "right"})
    assert answered["Location"] == f"{address(run, pks[0])}?{query}#reviews"
    further = {"verdict": "right", "next": "1"}
    answered = signed_in.post(f"{address(run, pks[0])}/review?{query}", further)
    assert answered["Location"] == f"{address(run, following)}?{query}"
    shown = signed_in.get(answered["Location"]).content.decode()
    assert "Look again" in shown
    last = signed_in.post(f"{address(run, pks[4])}/review?verdict=correct", further)
    assert last["Location"] == f"{address(run, pks[4])}?verdict=correct#reviews"


def test_review_mode_walks_what_waits(signed_in: Client, run: Run, colleague: User) -> None:
    pks = keys(run)
    mode = f"/runs/{run.pk}/review"
    Review.objects.create(answer_id=pks[0], run=run, person=colleague, verdict="right")
    run.answers.filter(pk=pks[3]).update(stage=1)  # not done
    first = signed_in.get(mode)
    query = "?review=unreviewed&mode=review"
    assert first["Location"] == address(run, pks[1]) + query
    page = signed_in.get(first["Location"]).content.decode()
    assert "0 reviewed by you, 3 to go" in page
    for key in "123456jsqun":
        assert f'data-key="{key}"' in page
    assert 'data-key="k"' not in page, "the answer before it is reviewed"

    go_on = signed_in.post(f"{address(run, pks[1])}/review{query}", {"verdict": "right"})
    assert go_on["Location"] == f"{mode}?review=unreviewed&after={pks[1]}"
    on = signed_in.get(go_on["Location"])
    assert on["Location"] == address(run, pks[2]) + query
    page = signed_in.get(on["Location"]).content.decode()
    assert "1 reviewed by you, 2 to go" in page
    assert f"{address(run, pks[1])}?review=unreviewed&amp;mode=review" in page, "to look again"
    skipped = f"{mode}?review=unreviewed&amp;after={pks[2]}"
    assert skipped in page

    on = signed_in.get(skipped.replace("&amp;", "&"))
    assert on["Location"] == address(run, pks[4]) + query
    signed_in.post(f"{address(run, pks[4])}/review{query}", {"verdict": "disputed"})
    end = signed_in.get(f"{mode}?after={pks[4]}").content.decode()
    assert "The end of the list" in end and "You have skipped it" in end
    assert signed_in.get(mode)["Location"] == address(run, pks[2]) + query
    signed_in.post(f"{address(run, pks[2])}/review{query}", {"verdict": "right"})
    end = signed_in.get(mode).content.decode()
    assert "All are reviewed" in end and "3 reviewed by you, 0 to go" in end
    assert f'href="/runs/{run.pk}/questions"' in end


def test_review_mode_under_a_filter(signed_in: Client, run: Run, colleague: User) -> None:
    pks = keys(run)
    mode = f"/runs/{run.pk}/review"
    Review.objects.create(answer_id=pks[3], run=run, person=colleague, verdict="disputed")
    found = signed_in.get(f"{mode}?verdict=incorrect")
    assert found["Location"].startswith(f"{address(run, pks[1])}?verdict=incorrect")
    found = signed_in.get(f"{mode}?review=disputed&after=x")
    assert found["Location"].startswith(f"{address(run, pks[3])}?review=disputed")
    page = signed_in.get(f"{mode}?verdict=ungraded").content.decode()
    assert "Nothing to review" in page


def test_a_review_of_ones_own_is_marked_in_review_mode(signed_in: Client, run: Run) -> None:
    here = f"{address(run, keys(run)[0])}?mode=review"
    signed_in.post(f"{address(run, keys(run)[0])}/review", {"verdict": "right", "note": "Good."})
    page = signed_in.get(here).content.decode()
    assert page.count('aria-pressed="true"') == 1
    assert ">\nGood.</textarea>" in page


def test_the_pane_is_the_same_without_the_page(signed_in: Client, run: Run) -> None:
    here = address(run, keys(run)[0])
    pane = signed_in.get(f"{here}?pane=1&verdict=correct").content.decode()
    page = signed_in.get(f"{here}?verdict=correct").content.decode()
    assert "<html" not in pane and "<h1" not in pane and '<h2 class="pane-title">' in pane
    for part in ("question-title", "routing-title", "aggregation-title", "reviews-title"):
        assert f'id="{part}"' in pane and f'id="{part}"' in page
    assert f'hx-post="{here}/review?verdict=correct&amp;pane=1"' in pane
    assert "hx-post" not in page
    back = signed_in.post(f"{here}/review?verdict=correct&pane=1", {"verdict": "right"})
    assert back["Location"] == f"{here}?verdict=correct&pane=1#reviews"


def test_how_the_verdict_came_about_is_said_in_words(signed_in: Client, run: Run) -> None:
    Answer.objects.filter(pk=keys(run)[1]).update(outcome="outvoted")
    for query in ("", "?pane=1"):
        page = signed_in.get(address(run, keys(run)[1]) + query).content.decode()
        assert "A right expert was outvoted" in page
