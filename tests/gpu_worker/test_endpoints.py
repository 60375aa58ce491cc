"""Experts that are endpoints, through the visit loop; and one that vLLM's own server runs."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from threading import Thread

import pytest

from gpu_worker import endpoint_session, engines, troubles, vllm_engine
from gpu_worker.openai_engine import OpenAIEngine
from gpu_worker.vllm_engine import VllmEngine
from moe_core.engine import Endpoint, EngineError
from tests.conftest import DEMO, ROOT, MakeSet
from tests.gpu_worker.engines import collect, demo_checkpoint, prompts, write_all
from tests.gpu_worker.http_server import SmallServer, serving, written
from tests.gpu_worker.serving import serve_endpoints
from webapp.accounts.models import Team
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.processes.ports import free_port
from webapp.runs.models import Generation, Run

START_SECONDS = 180  # of a server, on two busy cores
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone")]


@pytest.fixture
def no_vllm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of vLLM is started for the sake of endpoints."""

    def refuse() -> None:
        raise AssertionError("the forkserver was started")

    monkeypatch.setattr(engines, "start_forkserver", refuse)
    monkeypatch.setattr(vllm_engine, "start_forkserver", refuse)


@pytest.fixture
def far_pool(team: Team) -> Pool:
    made = Pool.objects.create(team=team, name="Far")
    made.experts.add(
        *(
            Expert.objects.create(name=name, engine="openai", source=name, endpoint="http://x/v1")
            for name in ("small", "other")
        )
    )
    return made


@pytest.mark.usefixtures("no_vllm")
def test_a_run_over_endpoints(team: Team, far_pool: Pool, question_set: MakeSet) -> None:
    with serving(SmallServer(reply=lambda *_: written(r"So \boxed{42}."))) as server:
        far_pool.experts.update(endpoint=server.address)
        engines.prepare()
        run = submit_run(
            team, None, pool=far_pool, questions=question_set("test", 20), method="all-experts"
        )
        serve_endpoints()
        assert {body["model"] for body in server.asked} == {"small", "other"}
    run.refresh_from_db()
    assert (run.status, run.finished) == (Run.Status.DONE, 20)
    assert set(run.generations.values_list("status", "output", "tokens")) == {
        ("done", r"So \boxed{42}.", 3)
    }


@pytest.mark.usefixtures("no_vllm")
def test_a_server_that_goes_away_fails_nothing_one_by_one(
    team: Team, far_pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint_session, "RETRIES", 0)
    monkeypatch.setattr(troubles, "AGAIN_SECONDS", 0.01)
    with serving(SmallServer(lasts=20)) as leaving, serving(SmallServer()) as lasting:
        far_pool.experts.filter(name="small").update(endpoint=leaving.address)
        far_pool.experts.filter(name="other").update(endpoint=lasting.address)
        run = submit_run(
            team, None, pool=far_pool, questions=question_set("test", 60), method="all-experts"
        )
        serve_endpoints()
    run.refresh_from_db()
    assert run.status == Run.Status.DONE
    lost = Generation.objects.filter(run=run, status="failed")
    assert {g.expert.name for g in lost} == {"small"} and 40 <= lost.count() < 60
    assert all("again and again: nothing answers at" in g.problem for g in lost)
    assert Expert.objects.get(name="small").problem and not Expert.objects.get(name="other").problem


@pytest.mark.usefixtures("no_vllm")
def test_a_server_that_comes_back_has_lost_nothing(
    team: Team, far_pool: Pool, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint_session, "RETRIES", 0)
    monkeypatch.setattr(troubles, "AGAIN_SECONDS", 0.5)
    gone, back = SmallServer(lasts=80), SmallServer()
    with ExitStack() as stack:
        stack.enter_context(serving(gone))
        far_pool.experts.update(endpoint=gone.address)

        def come_back() -> None:
            while gone.taken < gone.lasts:
                time.sleep(0.01)
            time.sleep(1)
            back.port = gone.port
            stack.enter_context(serving(back))

        returning = Thread(target=come_back)
        returning.start()
        run = submit_run(
            team, None, pool=far_pool, questions=question_set("test", 60), method="all-experts"
        )
        serve_endpoints()
        returning.join()
    run.refresh_from_db()
    assert (run.status, run.finished) == (Run.Status.DONE, 60)
    assert set(run.generations.values_list("status", flat=True)) == {"done"}
    assert len(back.asked) >= 40


@pytest.mark.usefixtures("no_vllm")
def test_what_a_server_sends_beside_the_text_breaks_nothing(
    team: Team, far_pool: Pool, question_set: MakeSet
) -> None:
    status, body = written("42 \ud800\0")
    body["choices"][0]["finish_reason"] = "IMAGE_PROHIBITED_CONTENT"
    body["usage"] = {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None}
    with serving(SmallServer(reply=lambda *_: (status, body))) as server:
        far_pool.experts.update(endpoint=server.address)
        run = submit_run(
            team, None, pool=far_pool, questions=question_set("test", 2), method="all-experts"
        )
        serve_endpoints()
    rows = run.generations.values_list("status", "output", "tokens", "finish_reason")
    assert set(rows) == {("done", "42 ?", 2, "IMAGE_PROHIBITED_CON")}


@pytest.mark.faults
def test_vllms_own_server_writes_what_the_engine_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same checkpoint, asked greedily, over HTTP and in a child of ours."""
    asked = prompts([f"What is {n} + {n * 2}?" for n in range(12)], max_tokens=60)
    asked.append(replace(asked[0], id=12, stop=(r"\boxed",)))
    ours = VllmEngine()
    ours.load(demo_checkpoint())
    expected = {n: (c.text, c.tokens) for n, c in write_all(ours, asked).items()}
    ours.unload()
    monkeypatch.setenv("VLLM_API_KEY", "secret")
    port = free_port()
    command = [
        *(sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--enforce-eager"),
        *("--model", str(DEMO / "experts" / "tiny-01"), "--served-model-name", "tiny"),
        *("--max-model-len", "1024", "--host", "127.0.0.1", "--port", str(port)),
    ]
    environment = os.environ | {"VLLM_CPU_KVCACHE_SPACE": "1", "OMP_NUM_THREADS": "1"}
    endpoint = Endpoint(f"http://127.0.0.1:{port}/v1", "tiny", "VLLM_API_KEY", timeout_seconds=60)
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    engine = OpenAIEngine()
    try:
        _load_when_there(engine, endpoint, server)
        written_there = write_all(engine, asked)
        assert {n: (c.text, c.tokens) for n, c in written_there.items()} == expected
        assert all(c.prompt_tokens and c.finish_reason for c in written_there.values())
        (long,) = write_all(engine, prompts(["word " * 3000])).values()
        assert "does not fit the server's context of 1,024 tokens" in long.error
        engine.submit(prompts(["Tell me."] * 3, max_tokens=900))
        engine.abort([0, 1])
        assert [completion.id for completion in collect(engine, 1)] == [2]
        with pytest.raises(EngineError, match="has no model 'big': it has tiny"):
            engine.load(replace(endpoint, source="big"))
        with pytest.raises(EngineError, match="wants a key"):
            engine.load(replace(endpoint, key_variable=""))
    finally:
        engine.unload()
        server.terminate()
        server.wait(30)
    with pytest.raises(EngineError, match="nothing answers"):
        engine.load(endpoint)


def _load_when_there(
    engine: OpenAIEngine, endpoint: Endpoint, server: subprocess.Popen[bytes]
) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            return engine.load(endpoint)
        except EngineError as error:
            assert server.poll() is None and time.monotonic() < until, error
            time.sleep(0.5)
