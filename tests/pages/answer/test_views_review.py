"""What people say of answers: verdicts with notes, disputes, comments."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.conftest import demo_expert
from tests.pages.answer.addresses import address, keys
from tests.reviews.given import reviewed, ruled
from webapp.accounts.models import Team, User
from webapp.comments.models import Comment
from webapp.reviews.models import Review
from webapp.reviews.saying import undo
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def run(five_done: Run) -> Run:
    return five_done


def test_a_verdict_with_a_note_by_whom_and_when(signed_in: Client, run: Run) -> None:
    here = address(run, keys(run)[0])
    page = signed_in.get(here).content.decode()
    assert "Nobody has reviewed this answer yet" in page
    given = {"verdicts": "wrong skill", "note": "It needs <b>geometry</b>, $x^2$."}
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
    signed_in.post(f"{here}/review", {"verdicts": "right"})
    first = Review.objects.get()
    given = {"verdicts": ["disputed", "wrong skill"], "note": "The gold is 15.", "corrected": "15"}
    given["seen"] = str(stamp(signed_in, here))
    signed_in.post(f"{here}/review", given)
    again = Review.objects.get()
    assert (again.verdicts, again.note) == (["disputed", "wrong skill"], "The gold is 15.")
    assert again.created == first.created and again.changed > first.changed
    reviewed(again.answer, colleague, "right")
    page = signed_in.get(here).content.decode()
    assert "by admin" in page and "by grace" in page and "Gold disputed, Wrong skill" in page
    assert "The answer should be <strong>15</strong>" in page
    assert page.count("Withdraw") == 1
    signed_in.post(f"{here}/withdraw", {"seen": stamp(signed_in, here)})
    assert [review.person for review in Review.objects.all()] == [colleague]


def stamp(client: Client, here: str) -> int:
    return int(client.get(here).context["review_form"]["seen"].value())


def test_a_second_tab_overwrites_nothing(signed_in: Client, run: Run) -> None:
    here = address(run, keys(run)[0])
    first_tab = {"verdicts": "right", "seen": stamp(signed_in, here)}
    signed_in.post(f"{here}/review", {"verdicts": "extraction", "seen": stamp(signed_in, here)})
    stale = signed_in.post(f"{here}/review", first_tab)
    page = stale.content.decode()
    assert stale.status_code == 409 and "has changed since you opened" in page
    assert "It says now: Extraction failed." in page
    assert Review.objects.get().verdicts == ["extraction"]
    box = re.search(r'<input[^>]*value="right"[^>]*>', page)
    assert box and "checked" in box[0], "what was chosen is there still"
    seen = stale.context["review_form"]["seen"].value()
    assert signed_in.post(f"{here}/review", first_tab | {"seen": seen}).status_code == 302
    assert Review.objects.get().verdicts == ["right"]
    assert signed_in.post(f"{here}/withdraw", {"seen": first_tab["seen"]}).status_code == 409
    assert Review.objects.exists()


def test_a_marked_span_of_a_response(signed_in: Client, run: Run) -> None:
    here = address(run, keys(run)[0])
    expert = demo_expert("tiny-01")
    response, elsewhere = [
        Generation.objects.create(
            run=run,
            answer_id=pk,
            expert=expert,
            purpose="respond",
            stage=2,
            number=0,
            max_tokens=9,
            seed=0,
            status="done",
        )
        for pk in keys(run)[:2]
    ]
    given = {"verdicts": "extraction", "quote": "the <b>sum</b>", "quoted": response.pk}
    signed_in.post(f"{here}/review", given)
    review = Review.objects.get()
    assert (review.quoted, review.quote) == (response, "the <b>sum</b>")
    page = signed_in.get(here).content.decode()
    assert "the &lt;b&gt;sum&lt;/b&gt;" in page and f'data-generation="{response.pk}"' in page
    given |= {"quoted": elsewhere.pk, "seen": stamp(signed_in, here)}
    signed_in.post(f"{here}/review", given)
    review.refresh_from_db()
    assert review.quoted is None, "another question's response cannot be marked"


def test_a_dispute_is_open_until_a_ruling(signed_in: Client, run: Run, colleague: User) -> None:
    answer = run.answers.get(pk=keys(run)[0])
    here = address(run, answer.pk)
    reviewed(answer, colleague, "disputed", note="It is 15.")
    disputed = f"/runs/{run.pk}/questions?review=disputed"
    assert len(signed_in.get(disputed).context["page"].rows) == 1
    assert "1 open" in signed_in.get("/runs/").content.decode()
    assert "Open disputes" in signed_in.get("/").content.decode()
    assert signed_in.post(f"{here}/ruling", {"verdicts": "settled"}).status_code == 302
    page = signed_in.get(here).content.decode()
    assert "Ruling: Settled: the gold answer stands" in page
    assert "Gold disputed" in page and "It is 15." in page
    assert signed_in.get(disputed).context["page"].rows == []
    assert "1 open" not in signed_in.get("/runs/").content.decode()
    assert "Open disputes" not in signed_in.get("/").content.decode()
    refused = signed_in.post(f"{here}/review", {"verdicts": "settled"})
    assert refused.status_code == 422, "only a ruling settles"
    reviewed(answer, colleague, "disputed", note="Still.")
    assert Review.objects.get(person=colleague).disputes, "it can be opened again"
    reviewed(answer, colleague, "right")
    reviewed(answer, colleague, "disputed")
    ruled(answer, colleague, "disputed")
    assert Review.objects.get(is_ruling=True).disputes, "a ruling can doubt the gold itself"


def test_every_change_is_kept_and_can_be_undone(
    signed_in: Client, run: Run, user: User, colleague: User
) -> None:
    answer = run.answers.get(pk=keys(run)[0])
    here = address(run, answer.pk)
    reviewed(answer, user, "right", note="First.")
    reviewed(answer, user, "disputed", note="Second.")
    theirs = reviewed(answer, colleague, "extraction")
    changes = list(answer.review_changes.all())
    assert [change.act for change in changes] == ["given", "changed", "given"]
    page = signed_in.get(here).content.decode()
    assert "History (3)" in page and "<s>Right</s>" in page
    undo = [f"{here}/changes/{change.pk}/undo" for change in changes]
    assert signed_in.post(undo[0]).status_code == 409, "another change came after it"
    assert signed_in.post(undo[1]).status_code == 302
    review = Review.objects.get(person=user)
    assert (review.verdicts, review.note) == (["right"], "First.")
    assert signed_in.post(undo[2]).status_code == 302, "an admin may"
    assert not Review.objects.filter(pk=theirs.pk).exists()
    last = answer.review_changes.last()
    assert last and (last.act, last.by, last.person) == ("withdrawn", user, colleague)
    user.memberships.update(role="reviewer")
    assert signed_in.post(f"{here}/changes/{last.pk}/undo").status_code == 302, "it was theirs"
    back = answer.review_changes.last()
    assert back and Review.objects.filter(person=colleague).exists()
    reviewed(answer, colleague, "right")
    newest = answer.review_changes.last()
    assert newest
    refused = signed_in.post(f"{here}/changes/{newest.pk}/undo", follow=True).content.decode()
    assert "You can undo what you did yourself" in refused
    assert Review.objects.get(person=colleague).verdicts == ["right"]


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
        ({"verdicts": "<b>"}, "&lt;b&gt; is no verdict"),
        ({"verdicts": "right", "note": "x" * 2001}, "at most 2000 characters"),
        ({"verdicts": "right", "note": "a\0b"}, "Null characters are not allowed"),
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
    yield f"{here}/review", {"verdicts": "right"}
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
    assert signed_in.post(f"{elsewhere}/review", {"verdicts": "right"}).status_code == 404
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
    answered = signed_in.post(f"{address(run, pks[0])}/review?{query}", {"verdicts": "right"})
    assert answered["Location"] == f"{address(run, pks[0])}?{query}#reviews"
    further = {"verdicts": "right", "next": "1"}
    answered = signed_in.post(f"{address(run, pks[0])}/review?{query}", further)
    assert answered["Location"] == f"{address(run, following)}?{query}"
    shown = signed_in.get(answered["Location"]).content.decode()
    assert "Look again" in shown
    last = signed_in.post(f"{address(run, pks[4])}/review?verdict=correct", further)
    assert last["Location"] == f"{address(run, pks[4])}?verdict=correct#reviews"


def test_a_ruling_comes_back_as_whose_it_was(run: Run, user: User, colleague: User) -> None:
    answer = run.answers.get(pk=keys(run)[0])
    ruled(answer, colleague, "right")
    ruled(answer, user, "disputed")
    change = answer.review_changes.last()
    assert change is not None
    undo(change, user)
    ruling = Review.objects.get(is_ruling=True)
    assert (ruling.person, ruling.verdicts) == (colleague, ["right"])
