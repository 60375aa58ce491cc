"""Every address of the product, with what a team has in it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.urls.exceptions import Resolver404

from tests.reviews.given import reviewed
from webapp.accounts.models import Invitation, Membership, Team, Token, User
from webapp.comments.models import Comment
from webapp.questions.golds import Correction, Gold, correct
from webapp.questions.models import Upload
from webapp.reviews.making import make
from webapp.reviews.models import Queue
from webapp.reviews.verdicts import kinds_of
from webapp.runs.models import Preset, Preview, Rerun, Run, SavedView
from webapp.things.models import Deletion

API = "api/v1/"


def names() -> list[str]:
    """Of all addresses but the API's."""
    return [pattern.name or "" for prefix, pattern in _patterns(get_resolver()) if prefix != API]


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one, prefix + str(one.pattern))
        else:
            yield prefix, one


@dataclass(frozen=True)
class Things:
    """One of each thing that an address names, all of one team and made by `owner`."""

    run: Run
    keys: dict[str, dict[str, int | str]]  # beginning of an address's name → what it takes

    def address(self, name: str) -> str:
        begins = sorted((key for key in self.keys if name.startswith(key)), key=len)
        return reverse(name, kwargs=self.keys[begins[-1]] if begins else {})


def make_things(run: Run, person: User) -> Things:
    """`run` answers questions, by a profile."""
    team, answer = run.team, run.answers.order_by("pk")[0]
    assert run.profile is not None and run.question_set is not None and run.pool is not None
    membership = person.memberships.get(team=team)
    change = reviewed(answer, person, "disputed").answer.review_changes.get()
    queue = make(Queue(team=team, name="Odd"), [person], run.answers.filter(pk=answer.pk))
    comment = Comment.objects.create(answer=answer, author=person, text="Well?")
    notice = person.notices.create(team=team, kind="asked", text="Do it.", address="/")
    upload = Upload.objects.create(
        team=team, person=person, filename="a.csv", size=1, report=_REPORT, file="none"
    )
    preview = Preview.objects.create(team=team, created_by=person, settings={}, basis={})
    preset = Preset.objects.create(team=team, created_by=person, name="Mine", settings={})
    view = SavedView.objects.create(team=team, person=person, name="Mine", query="kind=try")
    deletion = Deletion.objects.create(team=team, by=person, kind="run", name="Gone")
    token, _ = Token.create(person, team=team)
    invitation = Invitation.objects.create(
        team=team, role="viewer", digest="x", expires=run.created, created_by=person
    )
    session = UserSession.objects.create(user=person, ip="127.0.0.1", session_key="elsewhere")
    keeper = User.objects.create_user("keeper")
    passkey = Authenticator.objects.create(user=keeper, type="webauthn", data={})
    question = run.question_set.questions.order_by("row")[0]
    expert = run.pool.experts.order_by("pk")[0]
    profiling = run.profile.runs.get(kind=Run.Kind.PROFILE)
    rerun = Rerun.objects.create(of=run, by=expert, pool=run.pool, profiling=profiling)
    gold = Gold(f"{question.gold}1")
    version = correct(run.question_set, [Correction(question.pk, gold, "Wrong.")], person)
    of_run: dict[str, int | str] = {"pk": run.pk}
    of_item: dict[str, int | str] = {"pk": queue.pk, "item_pk": queue.items.get().pk}
    of_answer = of_run | {"answer_pk": answer.pk}
    output = answer.generations.order_by("pk")[0]
    return Things(
        run,
        {
            **{f"run{part}": of_run for part in ("", "-")},
            **{key: {} for key in ("runs", "run-history", "run-compare", "run-new")},
            "run-compare-question": {"pk": question.pk},
            "run-offers": {},
            "run-curve": {},
            "run-routing": {"pk": preview.pk},
            "run-seats": of_run | {"form": "csv"},
            "run-table": of_run | {"name": "categories", "form": "csv"},
            "compare-": {},
            "compare-table": {"name": "runs", "form": "csv"},
            "costs": {},
            "costs-table": {"name": "month", "form": "csv"},
            "run-preset-": {"pk": preset.pk},
            "rerun-": {"pk": rerun.pk},
            "view-": {"pk": view.pk},
            "view-save": {},
            "thing-": {"kind": "runs", "pk": run.pk},
            "deleted": {},
            "deletion-undo": {"pk": deletion.pk},
            "answers": of_run,
            "lost": of_run,
            "contributions": of_run,
            "answer": of_answer,
            "comment": {"kind": "run", "pk": run.pk},
            "comment-delete": {"pk": comment.pk},
            "mine": {},
            "notice": {"pk": notice.pk},
            "notices-read": {},
            "answer-output": of_answer | {"generation_pk": output.pk, "part": "written"},
            "answer-undo": of_answer | {"change_pk": change.pk},
            "queue": {"pk": queue.pk},
            **{f"queue-{act}": of_item for act in ("item", "skip", "keep")},
            **{key: {} for key in ("queues", "queue-new", "verdicts")},
            "verdict-": {"pk": kinds_of(team)[0].pk},
            "uncomment": of_answer | {"comment_pk": comment.pk},
            "expert": {"pk": expert.pk},
            **{key: {} for key in ("experts", "expert-best", "expert-presets", "expert-new")},
            "pool": {"pk": run.pool.pk},
            "pool-routing-table": {"pk": run.pool.pk, "form": "csv"},
            **{key: {} for key in ("pools", "pool-new")},
            "profile": {"pk": run.profile.pk},
            "profile-table": {"pk": run.profile.pk, "name": "experts", "form": "csv"},
            "question-set": {"pk": run.question_set.pk},
            "question-set-gold-undo": {"pk": run.question_set.pk, "number": version.number},
            "question-set-question": {"pk": run.question_set.pk, "question_pk": question.pk},
            **{key: {} for key in ("question-sets", "question-set-new")},
            "question-set-upload": {"pk": upload.pk},
            "me-token-revoke": {"pk": token.pk},
            "me-session-end": {"pk": session.pk},
            "mfa_remove_webauthn": {"pk": passkey.pk},
            "member-": {"pk": membership.pk},
            "invitation-withdraw": {"pk": invitation.pk},
            "join": {"secret": "nothing"},
        },
    )


_REPORT = {
    "names": ["a"], "first": [["1"]], "problem": "None.", "asks": {}, "format": "CSV",
    "columns": {}, "unused": [], "parts": [], "mapping": {}, "warnings": [], "size": 0,
    "bad_rows": 0, "errors": [], "rows": [],
}  # fmt: skip


class Targets(HTMLParser):
    """What a page lets somebody open, and send to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: set[str] = set()
        self.sent: set[str] = set()
        self.ids: Counter[str] = Counter()
        self.feed(page)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        self.ids.update([attributes["id"]] if "id" in attributes else [])
        for name in ("href", "hx-get", "data-figure"):
            if name in attributes:
                self.opened.add(attributes[name])
        if tag == "form":
            to = self.sent if attributes.get("method", "").lower() == "post" else self.opened
            to.add(attributes.get("action", ""))
        for name in ("hx-post", "formaction"):
            if name in attributes:
                self.sent.add(attributes[name])


def name_of(address: str) -> str:
    """Blank for what leads elsewhere, or is a part of the page itself."""
    path = address.partition("#")[0].partition("?")[0]
    if not path.startswith("/"):
        return ""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def member(team: Team, role: str, name: str, **fields: object) -> Membership:
    user = User.objects.create_user(name, team=team, role=role, **fields)
    return user.memberships.get(team=team)
