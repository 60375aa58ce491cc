"""Comments on anything, whom they mention, and what is there for one person."""

import pytest
from django.test import Client

from webapp.accounts.models import Role, Team, User
from webapp.comments.models import Comment, Notice
from webapp.comments.posting import mentioned_in, post
from webapp.reviews.making import make
from webapp.reviews.models import Queue
from webapp.runs.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(ours_run: Run) -> Run:
    return ours_run


@pytest.fixture
def grace(team: Team) -> User:
    return User.objects.create_user("grace", team=team, role=Role.REVIEWER)


def pages(run: Run) -> dict[str, tuple[str, int]]:
    assert run.profile and run.pool and run.question_set
    question, answer = run.question_set.questions.all()[0], run.answers.all()[0]
    return {
        "run": (run.get_absolute_url(), run.pk),
        "profile": (run.profile.get_absolute_url(), run.profile.pk),
        "pool": (run.pool.get_absolute_url(), run.pool.pk),
        "question": (question.get_absolute_url(), question.pk),
        "answer": (f"/runs/{run.pk}/questions/{answer.pk}", answer.pk),
    }


def test_everything_has_a_thread(signed_in: Client, run: Run, grace: User) -> None:
    reader = Client()
    reader.force_login(grace)
    for n, (kind, (page, pk)) in enumerate(pages(run).items(), start=1):
        said = signed_in.post(f"/comments/{kind}/{pk}", {"text": f"Look, @Grace: **{kind}**."})
        comment = Comment.objects.latest("pk")
        assert said["Location"] == f"{page}#comment-{comment.pk}"
        shown = reader.get(page).content.decode()
        assert f"<strong>{kind}</strong>" in shown and '<span class="small new">new' in shown
        assert f"Mine <strong>({n})</strong>" in shown
        reply = {"text": "I did.", "parent": comment.pk}
        reader.post(f"/comments/{kind}/{pk}", reply)
        answer = Comment.objects.latest("pk")
        assert answer.parent == comment
        assert "I did." in signed_in.get(page).content.decode()
        assert reader.post(f"/comments/{comment.pk}/delete").status_code == 404, "another's"
    mine = reader.get("/mine").content.decode()
    assert mine.count("mentioned you in a comment") == 5
    assert f"question 1 of {run}" in mine
    notice = Notice.objects.filter(person=grace)[0]
    assert reader.get(f"/mine/notices/{notice.pk}")["Location"] == notice.address
    assert "(4)" in reader.get("/").content.decode()
    reader.post("/mine/read")
    assert "Mine</a>" in reader.get("/").content.decode()
    told = signed_in.get("/mine").content.decode()
    assert told.count("grace answered in your thread") == 5
    signed_in.post(f"/comments/{Comment.objects.filter(parent=None)[0].pk}/delete")
    assert Comment.objects.count() == 10, "others' answers stay, and a gap"
    first = Comment.objects.filter(parent=None)[0]
    assert first.text == "" and "deleted" in signed_in.get(pages(run)["run"][0]).content.decode()
    assert "answered in your thread" in signed_in.get("/mine").content.decode()


def test_who_is_mentioned(team: Team, user: User, grace: User) -> None:
    User.objects.create_user("ada.l", team=team)
    other = User.objects.create_user("eve", team=Team.objects.create(name="Other"))
    text = "@grace, @ADA.L. and @ada.l; not x@grace.org, @nobody, @eve or @@grace"
    assert [person.username for person in mentioned_in(text, team)] == ["grace", "ada.l"]
    assert other not in mentioned_in("@eve", team)


def test_nobody_is_told_of_their_own_words(run: Run, user: User) -> None:
    first = post(run, user, "@admin, do it.")
    post(run, user, "Done.", first)
    assert not Notice.objects.exists()


def test_what_cannot_be_said_is_told(signed_in: Client, run: Run, client: Client) -> None:
    _, pk = pages(run)["run"]
    told = signed_in.post(f"/comments/run/{pk}", {"text": " "}, follow=True).content.decode()
    assert "Write something first." in told
    assert signed_in.post(f"/comments/team/{pk}", {"text": "x"}).status_code == 404
    eve = User.objects.create_user("eve", team=Team.objects.create(name="Other"))
    stranger = Client()
    stranger.force_login(eve)
    for kind, (_, key) in pages(run).items():
        assert stranger.post(f"/comments/{kind}/{key}", {"text": "x"}).status_code == 404
    assert not Comment.objects.exists()
    own = post(run, User.objects.get(username="admin"), "Mine.")
    elsewhere = signed_in.post(
        f"/comments/profile/{pages(run)['profile'][1]}", {"text": "x", "parent": own.pk}
    )
    assert elsewhere.status_code == 302 and Comment.objects.latest("pk").parent is None


def test_who_is_asked_to_review_is_told(
    signed_in: Client, run: Run, user: User, grace: User
) -> None:
    queue = Queue(team=run.team, name="Losses", created_by=user)
    make(queue, [user, grace], run.answers.all())
    reader = Client()
    reader.force_login(grace)
    mine = reader.get("/mine").content.decode()
    assert "admin asks you to review: Losses" in mine and "8 to go" in mine
    assert "admin asks you" not in signed_in.get("/mine").content.decode(), "not oneself"
    edited = {"name": "Losses", "minutes": 5, "people": [grace.pk]}
    signed_in.post(f"/queues/{queue.pk}/edit", edited)
    assert Notice.objects.filter(kind="asked").count() == 1, "told once"
