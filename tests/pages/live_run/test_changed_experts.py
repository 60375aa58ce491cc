"""Runs keep what they were made with: whatever becomes of their experts, all of them opens."""

from typing import Any

import pytest
from django.test import Client

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet
from tests.crawling import FILTERED, crawl
from tests.gpu_worker.conftest import profiled
from tests.gpu_worker.serving import serve, write
from webapp.accounts.models import Team, Token, User
from webapp.api.api import api
from webapp.db.memory import cache
from webapp.execution.grading.regrade import regrade
from webapp.execution.grading.regrade_requests import begin
from webapp.execution.start import submit_run
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("nobody_listens")]
__all__ = ["profiled"]

KEPT = ("stages", "lower_bound_seconds", "tokens", "cut_off", "generations", "correct", "warnings")
EDITS: dict[str, dict[str, Any]] = {
    "a longer context": {"max_model_len": 2048},
    "other files": {"source": "/nowhere/else", "revision": "main"},
    "an endpoint": {"engine": "openai", "source": "far", "endpoint": "http://127.0.0.1:9/v1"},
    "recorded": {"engine": "recorded"},
    "another mark of thinking": {"end_of_thinking": "</other>", "reasoning_parser": ""},
    "another name": {"name": "A name that is quite another"},
}


def thinking(checkpoint: Checkpoint, prompt: Prompt) -> str:
    if "Keywords" in prompt.text:
        return write(checkpoint, prompt)
    return rf"It may be \boxed{{1}}.</think>So \boxed{{{len(prompt.text)}}}."


@pytest.fixture
def run(team: Team, pool: Pool, question_set: MakeSet, profiled: Run) -> Run:
    made = submit_run(team, None, pool=pool, questions=question_set("test", 4), writer="llm")
    serve(FakeEngine(thinking))
    made.refresh_from_db()
    assert made.status == Run.Status.DONE
    return made


def operations(**ids: int) -> list[str]:
    """The addresses of all that a program may read of these things."""
    paths: dict[str, Any] = api.get_openapi_schema()["paths"]
    found = [path for path, methods in paths.items() if "get" in methods and "/{run}" in path]
    return [path.format(**ids) for path in found]


def test_every_page_and_operation_opens(
    run: Run, profiled: Run, team: Team, user: User, signed_in: Client
) -> None:
    tried = submit_try(team, None, Expert.objects.get(name="tiny-01"), "Two and two?")
    serve(FakeEngine(write))
    program = Client(headers={"Authorization": f"Bearer {Token.create(user)[1]}"})

    def asked(address: str) -> Any:
        return program.get(address)

    def read() -> dict[str, Any]:
        found = asked(f"/api/v1/runs/{run.pk}").json()
        return {name: found[name] for name in KEPT}

    answer = run.answers.order_by("pk")[0]
    addresses = operations(run=run.pk, answer=answer.pk, question=answer.question_id)
    assert len(addresses) >= 4
    before = read()
    assert before["lower_bound_seconds"] is not None
    fine = {address: asked(address).status_code for address in addresses}
    for what, change in EDITS.items():
        for expert in Expert.objects.filter(name__in=["tiny-01", "annotator", "aggregator"]):
            if "name" not in change or expert.name == "tiny-01":
                for name, value in change.items():
                    setattr(expert, name, value)
                expert.save()
        cache.clear()  # as some hours later
        for start in [f"/runs/{pk}" for pk in (run.pk, profiled.pk, tried.pk)]:
            assert signed_in.get(start).status_code == 200, what
            if what == "an endpoint":
                wrong, _ = crawl(signed_in, [start], within=start, most=FILTERED)
                assert not wrong
        assert {address: asked(address).status_code for address in addresses} == fine, what
        assert read() == before, what


def test_verdicts_go_by_the_mark_that_was_written(run: Run) -> None:
    """Grading again after the mark was changed finds what it found before."""
    stated = list(run.generations.order_by("pk").values_list("stated", "verdict"))
    assert ("1", "incorrect") not in stated, "what it thought was read"
    Expert.objects.update(end_of_thinking="</other>")
    begin(run)
    regrade(run.pk, lambda: None)
    assert list(run.generations.order_by("pk").values_list("stated", "verdict")) == stated
