"""Routings asked for in the browser, and the runs that they foretell."""

import zlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.test import Client
from numpy.typing import NDArray

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import demo_expert
from tests.execution import serving
from tests.pages.reading import flat
from webapp.accounts.models import Team
from webapp.experts.models import Pool
from webapp.planning import previews
from webapp.questions.models import Question, QuestionSet
from webapp.runs.models import Generation, Preview, Profile, ProfileCell, ProfileTotal, Run

SKILLS = ("addition", "botany", "optics")
Form = dict[str, Any]


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors that follow from the texts; nothing is loaded."""
    rows = [np.random.default_rng(zlib.crc32(t.encode())).normal(size=16) for t in texts]
    return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


def two_specialists(team: Team, pool: Pool, validation: QuestionSet) -> Profile:
    """Either expert is good at one skill; neither at the third."""
    made = Profile.objects.create(
        team=team, pool=pool, question_set=validation, ready=True, ranked=True
    )
    for name, rights in (("tiny-01", (6, 2, 3)), ("tiny-02", (2, 7, 3))):
        expert = demo_expert(name)
        ProfileTotal.objects.create(profile=made, expert=expert, right=sum(rights), wrong=13)
        for skill, right in zip(SKILLS, rights, strict=True):
            ProfileCell.objects.create(
                profile=made, expert=expert, skill=skill, right=right, wrong=8 - right
            )
    return made


def form_of(questions: QuestionSet, pool: Pool) -> Form:
    """What the form of a new run sends."""
    return {
        "question_set": questions.pk, "pool": pool.pk, "method": "skill-moe", "recruiter": "",
        "profile": "", "k": 3, "seed": 5, "writer": "majority",
    }  # fmt: skip


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    """The annotator names a skill by the question; the experts always say 42."""
    if "Keywords" not in prompt.text:
        return r"So \boxed{42}."
    question = next(q for q in Question.objects.all() if q.text in prompt.text)
    return f"Keywords: {SKILLS[question.row % 3]}"


def serve(run: Run) -> Run:
    serving.serve(run, FakeEngine(write))
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
    return flat(client.get("/runs/new", address).content.decode())
