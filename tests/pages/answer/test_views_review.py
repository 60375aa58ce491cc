"""What people say of answers: verdicts with notes, disputes, comments."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.pages.answer.addresses import address, keys
from webapp.accounts.models import Team, User
from webapp.runs.models import Comment, Review, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def run(five_done: Run) -> Run:
    return five_done


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
