"""A new run: the routing before anything is generated."""

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.utils import timezone
from numpy.typing import NDArray
from pytest_django import Settings

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet, demo_expert
from webapp.accounts.models import Team, User
from webapp.execution import plans, vectors
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.pages.new_run.routing import routing_of
from webapp.planning import previews, routing, tasks
from webapp.questions.models import Question, QuestionSet, QuestionVector
from webapp.queue import workers
from webapp.runs.models import (
    Generation,
    Preset,
    Preview,
    Profile,
    ProfileCell,
    ProfileTotal,
    Progress,
    Run,
)

pytestmark = pytest.mark.django_db

SKILLS = ("addition", "botany", "optics")
Form = dict[str, Any]


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors that follow from the texts; nothing is loaded."""
    rows = [np.random.default_rng(zlib.crc32(t.encode())).normal(size=16) for t in texts]
    return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


@pytest.fixture(autouse=True)
def woken(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Any, ...]]]:
    """No message is sent, and no embedder is loaded."""
    settings.GPU_IDLE_SECONDS = 0
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr("webapp.queue.events.wake", lambda *message: told.append(message))
    monkeypatch.setattr(vectors, "embed", embed)
    plans.plan_of.cache_clear()  # the ids of rolled back runs come again
    vectors._vocabulary.cache_clear()
    yield told
    vectors._vocabulary.cache_clear()


@pytest.fixture
def user(team: Team) -> User:
    """Without a password: hashing one takes longer than most of these tests."""
    return User.objects.create_superuser("admin", team=team)


@pytest.fixture
def profile(team: Team, pool: Pool, question_set: MakeSet) -> Profile:
    """Either expert is good at one skill; neither at the third."""
    made = Profile.objects.create(
        team=team, pool=pool, question_set=question_set("validation"), ready=True, ranked=True
    )
    for name, rights in (("tiny-01", (6, 2, 3)), ("tiny-02", (2, 7, 3))):
        expert = demo_expert(name)
        ProfileTotal.objects.create(profile=made, expert=expert, right=sum(rights), wrong=13)
        for skill, right in zip(SKILLS, rights, strict=True):
            ProfileCell.objects.create(
                profile=made, expert=expert, skill=skill, right=right, wrong=8 - right
            )
    return made


@pytest.fixture
def form(pool: Pool, question_set: MakeSet) -> Form:
    return {
        "question_set": question_set().pk, "pool": pool.pk, "method": "skill-moe", "recruiter": "",
        "profile": "", "k": 3, "seed": 5, "writer": "majority",
    }  # fmt: skip


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """The annotator names a skill by the question; the experts always say 42."""
    if "Keywords" not in prompt.text:
        return r"So \boxed{42}."
    question = next(q for q in Question.objects.all() if q.text in prompt.text)
    return f"Keywords: {SKILLS[question.row % 3]}"


def serve(run: Run) -> Run:
    def stopping() -> bool:
        advance_run(run.pk)
        return False

    with workers.registered_worker() as worker:
        Loop(worker, FakeEngine(write), stopping).run()
    advance_run(run.pk)
    run.refresh_from_db()
    assert run.status == "done"
    return run


def start(client: Client, form: Form) -> Run:
    client.post("/runs/new", form)
    return serve(Run.objects.latest("pk"))


def show(client: Client, form: Form, **more: Any) -> Preview:
    """Ask for a routing, and find it as the worker would."""
    answer = client.post("/runs/new", {**form, "act": "show", **more})
    assert answer.status_code == 302, answer.content.decode()
    preview = Preview.objects.get(pk=answer["Location"].partition("preview=")[2].split("&")[0])
    while previews.find(preview.pk):
        assert client.get(f"/runs/previews/{preview.pk}").status_code == 204
    preview.refresh_from_db()
    assert preview.ready
    return preview


def seats(run: Run) -> dict[str, int]:
    asked = Generation.objects.filter(run=run, purpose="respond", round=0)
    return dict(Counter(str(key) for key in asked.values_list("expert_id", flat=True)))


def page_of(client: Client, preview: Preview, before: Preview | None = None) -> str:
    address = {"preview": preview.pk} | ({"before": before.pk} if before else {})
    return client.get("/runs/new", address).content.decode()


def test_the_page_waits_for_the_worker(
    signed_in: Client, form: Form, woken: list[tuple[Any, ...]]
) -> None:
    sent = form | {"method": "all-experts", "act": "show"}
    page = signed_in.post("/runs/new", sent, follow=True).content.decode()
    preview = Preview.objects.get()
    assert woken == [("runs.preview", preview.pk)]
    assert f'hx-get="/runs/previews/{preview.pk}"' in page and "drawing their seats" in page
    assert signed_in.get(f"/runs/previews/{preview.pk}").status_code == 204
    tasks.preview(preview.pk)
    part = signed_in.get(f"/runs/previews/{preview.pk}").content.decode()
    assert "hx-get" not in part and "reads no skills" in part
    assert part.strip() in page_of(signed_in, preview)
    assert not Run.objects.exists() and not Generation.objects.exists()


@pytest.mark.parametrize(
    "chosen",
    [
        {"method": "all-experts"},
        {"recruiter": "random", "k": 1},
        {"recruiter": "task-top-k", "k": 1},
        {"method": "self-consistency", "k": 4},
        {"method": "debate", "k": 2},
    ],
)
def test_seats_that_need_no_skills_are_those_of_the_run(
    signed_in: Client, profile: Profile, form: Form, chosen: Form
) -> None:
    preview = show(signed_in, form | chosen)
    assert preview.found["ways"] == {"unread": 8}
    assert preview.found["seats"] == seats(start(signed_in, form | chosen))
    assert not QuestionVector.objects.exists()


@pytest.mark.parametrize("chosen", [{}, {"k": 5}, {"recruiter": "paper-top-k", "k": 1}])
def test_skills_that_were_named_before_give_the_seats_of_the_run(
    signed_in: Client, profile: Profile, form: Form, chosen: Form
) -> None:
    earlier = start(signed_in, form | {"k": 1})
    start(signed_in, form | {"k": 1, "seed": 6})  # newer, but of another seed
    preview = show(signed_in, form | chosen)
    assert preview.found["ways"] == {"annotated": 8}
    assert preview.basis["annotated"] == earlier.pk
    assert f"Run {earlier.pk}</a>; asked again" in page_of(signed_in, preview)
    run = start(signed_in, form | chosen)
    assert preview.found["seats"] == seats(run)
    assert preview.found["unmatched"] == run.unmatched
    named = Counter(s[0] for a in run.answers.all() for s in a.skills)
    assert dict(preview.found["skills"]) == dict(named)


def test_skills_that_the_embedder_finds_are_exact(
    signed_in: Client, profile: Profile, form: Form
) -> None:
    Pool.objects.update(annotator=None)
    preview = show(signed_in, form)
    assert preview.found["ways"] == {"embedded": 8}
    assert preview.found["seats"] == seats(start(signed_in, form))


def test_skills_that_nobody_has_named_are_estimated(
    signed_in: Client, profile: Profile, form: Form
) -> None:
    preview = show(signed_in, form)
    assert preview.found["ways"] == {"estimated": 8}
    assert sum(preview.found["seats"].values()) == 3 * 8
    assert {name for name, _ in preview.found["skills"]} == set(SKILLS)
    page = page_of(signed_in, preview)
    assert "<strong>Estimated</strong> from the text of 8 questions" in page
    assert "8 generations" not in page and "40 generations" in page  # five annotations each


def test_a_large_set_is_seen_in_part(
    signed_in: Client, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routing, "SAMPLE", 4)
    preview = show(signed_in, form | {"method": "all-experts"})
    assert preview.found["sampled"] == 4 and set(preview.found["seats"].values()) == {4}
    assert [row.seats for row in routing_of(preview).rows] == [8, 8]
    assert "seen 4 of them" in page_of(signed_in, preview)


def test_shown_again_with_what_has_changed(signed_in: Client, form: Form) -> None:
    Expert.objects.update(load_seconds=10, tokens_per_second=100)
    done = Run.objects.create(team=Team.objects.get(), status=Run.Status.DONE)
    for name, tokens in (("tiny-01", 50), ("tiny-02", 100)):
        Progress.objects.create(
            run=done, purpose="respond", expert=demo_expert(name), asked=1, done=1, tokens=tokens
        )
    everyone = form | {"method": "all-experts"}
    first = show(signed_in, everyone)
    assert routing_of(first).cost.seconds == pytest.approx(20 + 8 * 0.5 + 8 * 1)
    left_out = demo_expert("tiny-02").pk
    answer = signed_in.post(
        "/runs/new", everyone | {"act": "show", "before": first.pk, "left_out": [left_out]}
    )
    second = Preview.objects.latest("pk")
    assert answer["Location"] == f"/runs/new?preview={second.pk}&before={first.pk}"
    waiting = signed_in.get(answer["Location"]).content.decode()
    assert f'type="hidden" name="left_out" value="{left_out}"' in waiting
    previews.find(second.pk)
    second.refresh_from_db()
    page = page_of(signed_in, second, first)
    assert f'value="{left_out}" form="run-form" aria-label="Leave out tiny-02" checked' in page
    for shown in ("16 →</span> 8", "8 →</span> 0", "32 s →</span> 14 s", "2 →</span> 1"):
        assert shown in page
    assert "→" not in page_of(signed_in, second)
    assert seats(start(signed_in, everyone | {"left_out": [left_out]})) == second.found["seats"]


def test_a_rate_that_is_not_known_is_said(signed_in: Client, form: Form) -> None:
    preview = show(signed_in, form | {"method": "all-experts"})
    assert routing_of(preview).cost.seconds is None
    assert "so the time is not known" in page_of(signed_in, preview)
    Expert.objects.filter(name="tiny-01").update(load_seconds=10, tokens_per_second=100)
    done = Run.objects.create(team=Team.objects.get(), status=Run.Status.DONE)
    Progress.objects.create(
        run=done, purpose="respond", expert=demo_expert("tiny-01"), asked=1, done=1, tokens=50
    )
    routing = routing_of(preview)
    assert routing.unmeasured == [demo_expert("tiny-02")]
    assert routing.cost.seconds == pytest.approx(20 + 16 * 0.5)
    assert "taken to be as fast as the others" in page_of(signed_in, preview)


def test_a_preview_is_taken_again_while_it_holds(
    signed_in: Client, profile: Profile, form: Form
) -> None:
    first = show(signed_in, form)
    assert show(signed_in, form) == first
    assert show(signed_in, form | {"k": 2}) != first
    start(signed_in, form)  # the skills have been named since
    second = show(signed_in, form)
    assert second != first and second.found["ways"] == {"annotated": 8}
    Run.objects.create(team=profile.team, kind="profile", profile=profile, event_seq=3)
    assert show(signed_in, form) != second  # the profile may have been counted again


def test_old_previews_go(signed_in: Client, form: Form) -> None:
    old = show(signed_in, form | {"method": "all-experts"})
    Preview.objects.update(created=timezone.now() - timedelta(days=1, seconds=1))
    new = show(signed_in, form | {"method": "all-experts"})
    assert list(Preview.objects.all()) == [new] and new != old


def test_a_lost_message_is_made_up_for(signed_in: Client, form: Form) -> None:
    signed_in.post("/runs/new", form | {"method": "all-experts", "act": "show"})
    tasks.preview_all()
    assert not Preview.objects.get().ready  # its message may still come
    Preview.objects.update(created=timezone.now() - previews.LATE)
    tasks.preview_all()
    assert Preview.objects.get().ready


def test_what_would_be_refused_is_not_shown(signed_in: Client, form: Form) -> None:
    answer = signed_in.post("/runs/new", form | {"recruiter": "paper", "act": "show"})
    assert answer.status_code == 422
    assert "has no profile yet" in answer.content.decode()
    assert not Preview.objects.exists()


def test_what_went_meanwhile_is_said(signed_in: Client, form: Form) -> None:
    sent = form | {"method": "all-experts", "act": "show", "left_out": [demo_expert("tiny-01").pk]}
    signed_in.post("/runs/new", sent)
    QuestionSet.objects.all().delete()
    preview = Preview.objects.get()
    assert not previews.find(preview.pk)
    page = page_of(signed_in, preview)
    assert "choose again" in page and 'type="hidden" name="left_out"' in page


def test_what_is_another_teams_is_not_there(
    signed_in: Client, team: Team, pool: Pool, form: Form
) -> None:
    preview = show(signed_in, form | {"method": "all-experts"})
    preset = Preset.objects.create(team=team, name="Mine", settings={})
    run = submit_run(
        pool.team, None, pool=pool, questions=QuestionSet.objects.get(), method="all-experts"
    )
    assert signed_in.get("/runs/new", {"like": run.pk}).status_code == 200
    Team.objects.create(name="Others")
    for row in (preview, preset, run):
        row.team = Team.objects.get(name="Others")
        row.save()
    for name, theirs in {"preview": preview, "preset": preset, "like": run}.items():
        assert signed_in.get("/runs/new", {name: theirs.pk}).status_code == 404
    assert signed_in.get(f"/runs/previews/{preview.pk}").status_code == 404
    assert signed_in.post(f"/runs/presets/{preset.pk}/delete").status_code == 404
    assert Preset.objects.exists()
    own = show(signed_in, form | {"method": "all-experts"})
    assert "→" not in page_of(signed_in, own, preview)
