"""The HTTP API of the running product: checked against its description, and read in a browser."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT
from tests.e2e.conftest import Product, Visitor
from tests.e2e.programs import Api
from tests.files.corpus import CORPUS, made

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CHECK_SECONDS = 300  # it takes about 60 on 2 cores
REGRADE_SECONDS = 120
SIZE = 5


@pytest.fixture(scope="module")
def api(product: Product) -> Api:
    """Its token is made as the README says: TOKEN=$(manage.py create_token admin)."""
    token = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "create_token", "admin"],
        env=product.environment,
        capture_output=True,
        text=True,
    )
    assert token.returncode == 0, token.stderr
    return Api(f"{product.url}/api/v1", token.stdout.strip())


@pytest.fixture(scope="module")
def filled(api: Api) -> Api:
    """Two sets, two recorded experts, a pool, its profile, and a run: done, and graded again."""
    sets = {}
    for kind in ("validation", "test"):
        questions: list[dict[str, object]] = [
            {"question_id": f"{n}", "question": f"How much is {n} + {n}?", "answer": str(2 * n)}
            for n in range(SIZE)
        ]
        responses: list[dict[str, object]] = [
            {"question_id": f"{n}", "model": model, "output": rf"So \boxed{{{factor * n}}}."}
            for n in range(SIZE)
            for model, factor in (("right", 2), ("wrong", 3))
        ]
        sets[kind] = api.question_set(kind, questions, kind)
        pool = api.responses(sets[kind], responses, "Logs")
    api.profile(pool, sets["validation"])
    run = api.run(pool, sets["test"], "skill-moe").removeprefix("/runs/")
    assert api.get(f"/runs/{run}")["accuracy"] == 100
    last = api.get(f"/runs/{run}/events")["next"]
    api.post(f"/runs/{run}/regrade", {})
    give_up = time.monotonic() + REGRADE_SECONDS
    kinds: list[str] = []
    while "regraded" not in kinds:
        assert time.monotonic() < give_up
        time.sleep(0.5)
        events = api.get(f"/runs/{run}/events?after={last}")["items"]
        kinds = [event["kind"] for event in events]
    assert kinds == ["regrading", "regraded"]
    return api


@pytest.mark.slow
@pytest.mark.parametrize(
    ("phases", "examples"),
    [
        ("fuzzing,stateful", 2),
        pytest.param("coverage,fuzzing,stateful", 30, marks=pytest.mark.faults),
    ],
)
def test_the_product_keeps_to_its_description(
    filled: Api, tmp_path: Path, phases: str, examples: int
) -> None:
    """So many requests are made up for each operation; with coverage, all that its schema tells."""
    done = subprocess.run(
        [SCHEMATHESIS, f"--config-file={ROOT / 'schemathesis.toml'}", "--no-color", "run",
         f"--phases={phases}", f"--max-examples={examples}", f"{filled.url}/openapi.json"],
        env={**os.environ, "SKILLMOE_TOKEN": filled.token},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=CHECK_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
    operations = len(re.findall(r'"operationId"', json.dumps(filled.get("/openapi.json"))))
    assert f"Tested: {operations}" in done.stdout, done.stdout
    for phase in phases.split(","):
        assert phase.capitalize() in done.stdout, done.stdout


def test_others_are_answered_while_a_hostile_file_is_read(api: Api) -> None:
    """One that unpacks to gigabytes: reading it up to its refusal takes seconds."""
    content = made(CORPUS["19 GB of good rows"][0])
    began_all = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        upload = pool.submit(api.upload, "/question-sets", content, name="Hostile", kind="test")
        waited = []
        while not upload.done():
            began = time.monotonic()
            api.get("/runs")
            waited.append(time.monotonic() - began)
        with pytest.raises(urllib.error.HTTPError) as refused:
            upload.result()
    assert refused.value.code == 422
    assert "unpacked" in json.load(refused.value)["message"]
    whole = time.monotonic() - began_all
    assert len(waited) > 5 and max(waited) < whole / 2, (whole, waited)


def test_the_description_is_a_page(api: Api, chromium: Browser) -> None:
    """Under the product's policy, and from this product alone."""
    context = chromium.new_context()
    visitor = Visitor(context.new_page(), api.url.removesuffix("/api/v1"))
    visitor.watch()
    visitor.go("/api/v1/docs")
    page = visitor.page
    page.get_by_text("Start a run", exact=True).click()
    page.get_by_text("Answer a question set by a method.").wait_for()
    page.get_by_role("button", name="Authorize").click()
    page.get_by_role("textbox", name="auth-bearer-value").fill(api.token)
    page.get_by_role("button", name="Apply credentials").click()
    page.locator(".btn-done").click()
    page.get_by_text("List the team's runs", exact=True).click()
    page.locator("#operations-Runs-list_runs .try-out__btn").click()
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table").get_by_text('"items"').wait_for()
    assert not visitor.wrong
    context.close()
