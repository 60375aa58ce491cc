"""What somebody does at each address that the log tells of, as a browser would send it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.accounts.walking import Things
from webapp.accounts.models import Membership
from webapp.accounts.rights import reviewers_of
from webapp.audit.actions import Action
from webapp.experts.forms import ExpertForm
from webapp.experts.models import Expert
from webapp.reviews.models import Review
from webapp.runs.models import Generation, RecordedResponse, Run

PASSWORD = "a new secret of mine"
CSV = b"question,answer\n2 + 40?,42\n"


@dataclass(frozen=True)
class Act:
    """`given` may be made of what is there; `before` brings about what the act needs."""

    action: Action
    page: str  # the address's name
    given: Callable[[Things], Mapping[str, Any]] = lambda things: {}
    before: Callable[[Things, Client], str | None] = lambda things, client: None
    method: str = "POST"
    keys: dict[str, int] = field(default_factory=dict)


def acts(other: Membership) -> Iterator[Act]:
    """`other` is somebody else of the team."""
    yield from _of_oneself()
    yield from _of_members(other)
    yield from _of_sets()
    yield from _of_experts()
    yield from _of_runs()
    yield from _of_answers()


def _of_oneself() -> Iterator[Act]:
    twice = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    password = {"old_password": "a password", **twice}
    yield Act(Action.NAME_CHANGED, "me", lambda _: {"name": "Ada Lovelace"})
    yield Act(Action.PASSWORD_CHANGED, "me-password", lambda _: password)
    token = {"name": "nightly", "scopes": ["read"], "days": "9"}
    yield Act(Action.TOKEN_MADE, "me-tokens", lambda _: token)
    yield Act(Action.TOKEN_REVOKED, "me-token-revoke")
    yield Act(Action.SESSIONS_ENDED, "me-sessions")
    yield Act(Action.SIGNED_OUT, "logout")


def _of_members(other: Membership) -> Iterator[Act]:
    keys = {"pk": other.pk}
    yield Act(Action.ROLE_CHANGED, "member-role", lambda _: {"role": "viewer"}, keys=keys)
    yield Act(Action.MEMBER_REMOVED, "member-remove", keys=keys)
    yield Act(Action.DEACTIVATED, "member-active", lambda _: {"active": "0"}, keys=keys)
    yield Act(Action.ACTIVATED, "member-active", lambda _: {"active": "1"}, keys=keys)
    invited = {"role": "viewer", "days": "7", "note": "Ada"}
    yield Act(Action.INVITED, "invite", lambda _: invited)
    yield Act(Action.INVITATION_WITHDRAWN, "invitation-withdraw")
    yield Act(Action.LOG_EXPORTED, "log-csv", method="GET")
    yield Act(Action.LOG_EXPORTED, "log-jsonl", method="GET")


def _of_sets() -> Iterator[Act]:
    def unused(things: Things, _: Client) -> None:
        things.run.answers.all().delete()
        Run.objects.all().delete()

    def uploaded(_: Things, client: Client) -> str:
        return str(client.post("/question-sets/new", {"file": a_file()})["Location"])

    def logged(things: Things, client: Client) -> str:
        sent = {"file": a_log(things), "pool": "New", "question_set": things.run.question_set_id}
        return str(client.post("/recorded-responses/new", sent)["Location"])

    stored = {"name": "Sums", "kind": "test", "benchmark": "none"}
    yield Act(Action.FILE_UPLOADED, "question-set-new", lambda _: {"file": a_file()})
    yield Act(
        Action.SET_STORED,
        "question-set-upload-store",
        lambda _: stored,
        lambda *given: f"{uploaded(*given)}/store",
    )
    yield Act(Action.UPLOAD_DISCARDED, "question-set-upload-discard")
    to_gpqa = {"benchmark": "gpqa"}
    yield Act(Action.BENCHMARK_CHANGED, "question-set-benchmark", lambda _: to_gpqa, unused)
    numeric = {"scorer": "last number", "pattern": ""}
    yield Act(Action.SCORER_CHANGED, "question-set-scorer", lambda _: numeric)
    yield Act(
        Action.FILE_UPLOADED, "recorded-new", lambda things: {"file": a_log(things), "pool": "New"}
    )
    yield Act(Action.RESPONSES_STORED, "recorded-look", before=logged)


def _of_experts() -> Iterator[Act]:
    def changed(things: Things, _: Client) -> str:
        expert = Expert.objects.create(name="Large", source="somebody/large")
        return reverse("expert-edit", args=[expert.pk])

    def tried(things: Things, _: Client) -> str:
        expert = Expert.objects.create(name="Large", source="somebody/large")
        return reverse("expert", args=[expert.pk])

    def ranked(things: Things, _: Client) -> None:
        assert things.run.pool is not None
        things.run.pool.aggregators.set([Expert.objects.create(name="Large", source="a/large")])
        Run.objects.filter(kind=Run.Kind.RANK).delete()

    shown = {bound.name: bound.value() for bound in ExpertForm()}
    shown = {name: "" if value is None else value for name, value in shown.items()}
    new = shown | {"name": "Big", "source": "somebody/big"}
    yield Act(Action.EXPERT_ADDED, "expert-new", lambda _: new)
    yield Act(Action.EXPERT_CHANGED, "expert-edit", lambda _: new, changed)
    yield Act(Action.TRY_STARTED, "expert", lambda _: {"question": "Well?"}, tried)
    yield Act(Action.RANKING_STARTED, "profile-rank", before=ranked)
    yield Act(Action.POOL_MADE, "pool-new", _pool("Mine"))
    yield Act(Action.POOL_CHANGED, "pool-edit", _pool("Another name"))


def _pool(name: str) -> Callable[[Things], dict[str, Any]]:
    def given(things: Things) -> dict[str, Any]:
        assert things.run.pool is not None
        experts = [expert.pk for expert in things.run.pool.experts.all()]
        settings = {"embedder": things.run.pool.embedder, "merging": things.run.pool.merging}
        return {"name": name, "experts": experts, **settings}

    return given


def _of_runs() -> Iterator[Act]:
    def settings(things: Things) -> dict[str, Any]:
        return {
            "question_set": things.run.question_set_id,
            "pool": things.run.pool_id,
            "method": "all-experts",
            "k": 3,
            "seed": 0,
            "writer": "decided",
        }

    def profiled(things: Things) -> dict[str, Any]:
        assert things.run.profile is not None
        return {"question_set": things.run.profile.question_set_id}

    def cancelled(things: Things, _: Client) -> None:
        answer = things.run.answers.order_by("pk")[0]
        type(answer).objects.filter(pk=answer.pk).update(asked=False)
        Run.objects.filter(pk=things.run.pk).update(status=Run.Status.CANCELLED, finished=1)

    def running(things: Things, _: Client) -> None:
        Run.objects.filter(pk=things.run.pk).update(status=Run.Status.RUNNING, ended=None)

    def failed(things: Things, _: Client) -> None:
        rows = things.run.generations.filter(pk=things.run.generations.order_by("pk")[0].pk)
        rows.update(status=Generation.Status.FAILED)

    def recorded(things: Things, _: Client) -> None:
        """Another expert has answered both sets, too."""
        assert things.run.pool is not None
        one = things.run.pool.experts.order_by("pk")[0]
        other = Expert.objects.create(name="other", source="a/b", engine=one.engine, team=one.team)
        for row in list(RecordedResponse.objects.filter(expert=one)):
            row.pk, row.expert = None, other
            row.save()

    def another(_: Things) -> dict[str, Any]:
        return {"by": Expert.objects.get(name="other").pk}

    numeric = {"scorer": "last number", "pattern": ""}
    yield Act(Action.RUN_STARTED, "run-new", settings)
    saved = {"act": "save", "name": "Usual"}
    yield Act(Action.PRESET_SAVED, "run-new", lambda things: settings(things) | saved)
    yield Act(Action.PRESET_DELETED, "run-preset-delete")
    yield Act(Action.PROFILE_STARTED, "pool-profile", profiled)
    yield Act(Action.RUN_CANCELLED, "run-cancel", before=running)
    yield Act(Action.RUN_REGRADED, "run-regrade")
    yield Act(Action.RUN_REGRADED, "run-scorer", lambda _: numeric)
    yield Act(Action.RUN_CONTINUED, "run-continue", before=cancelled)
    yield Act(Action.RUN_RETRIED, "run-retry", before=failed)
    yield Act(Action.RERUN_ASKED, "run-replace", another, recorded)
    yield Act(Action.RERUN_CALLED_OFF, "rerun-call-off")
    yield Act(Action.RUN_EXPORTED, "run-responses", method="GET")
    yield Act(Action.RUN_EXPORTED, "run-seats", method="GET")


def _of_answers() -> Iterator[Act]:
    def reviewed_not(things: Things, _: Client) -> None:
        Review.objects.all().delete()

    def ruled(things: Things, client: Client) -> None:
        client.post(things.address("answer-rule"), right)

    right = {"verdicts": ["right"]}
    yield Act(Action.REVIEW_GIVEN, "answer-review", lambda _: right, reviewed_not)
    yield Act(Action.REVIEW_CHANGED, "answer-review", lambda _: right)
    yield Act(Action.REVIEW_WITHDRAWN, "answer-withdraw")
    yield Act(Action.RULED, "answer-rule", lambda _: right)
    yield Act(Action.RULING_CHANGED, "answer-rule", lambda _: right, ruled)
    yield Act(Action.RULING_WITHDRAWN, "answer-unrule", before=ruled)
    yield Act(Action.REVIEW_WITHDRAWN, "answer-undo")
    yield Act(Action.COMMENT_DELETED, "comment-delete")
    yield from _of_queues()
    yield Act(Action.COMMENT_DELETED, "uncomment")


def _of_queues() -> Iterator[Act]:
    def asked(things: Things) -> dict[str, Any]:
        people = [person.pk for person in reviewers_of(things.run.team)]
        return {"name": "Q", "minutes": 5, "people": people, "wanted": 1}

    def made(things: Things) -> dict[str, Any]:
        return asked(things) | {"runs": [things.run.pk], "what": "all"}

    verdict = {"title": "Unsafe", "meaning": "other"}
    yield Act(Action.QUEUE_MADE, "queue-new", made)
    yield Act(Action.QUEUE_CHANGED, "queue-edit", asked)
    yield Act(Action.QUEUE_CLOSED, "queue-close", lambda _: {"closed": "1"})
    yield Act(Action.QUEUE_OPENED, "queue-close", lambda _: {"closed": "0"})
    yield Act(Action.REVIEW_CHANGED, "queue-item", lambda _: {"verdicts": ["right"]})
    yield Act(Action.VERDICT_ADDED, "verdicts", lambda _: verdict)
    yield Act(Action.VERDICT_CHANGED, "verdict-change", lambda _: verdict)
    yield Act(Action.VERDICT_RETIRED, "verdict-retire", lambda _: {"retired": "1"})
    yield Act(Action.VERDICT_BACK, "verdict-retire", lambda _: {"retired": "0"})


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("sums.csv", CSV)


def a_log(things: Things) -> SimpleUploadedFile:
    assert things.run.question_set is not None
    key = things.run.question_set.questions.order_by("row")[0].key
    line = f'{{"question_id": "{key}", "model": "org/new", "output": "42"}}\n'
    return SimpleUploadedFile("log.jsonl", line.encode())
