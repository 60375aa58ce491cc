"""The README's commands, word for word, and what it says of their result."""

import json
import re
import subprocess
import urllib.request

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT
from tests.e2e.conftest import BLOCKS, README, Demo

_, TEST, COMMANDS, CURL, REPLAY = BLOCKS
DEMO_POOL = json.loads((ROOT / "demo" / "pool.json").read_text())


@pytest.mark.slow
def test_the_demo_does_what_it_promises(demo: Demo) -> None:
    accuracy = demo.report["accuracy"]
    assert accuracy["skill_moe"] >= 80
    assert accuracy["skill_moe"] >= accuracy["best_single"] + 40
    assert accuracy["skill_moe"] >= accuracy["random_k"] + 40
    assert demo.report["questions"] >= 240
    assert demo.report["experts"] == 16
    assert {"annotate", "respond"} <= set(demo.report["stages"])
    for stage in demo.report["stages"].values():
        assert stage["loads"] == stage["distinct_experts"]
    assert demo.report["wall_seconds"] >= 0.95 * demo.report["lower_bound_seconds"] > 0
    assert demo.report["run_url"] in demo.said
    assert "shown only this once" in demo.said
    with urllib.request.urlopen(demo.report["run_url"], timeout=10) as page:
        assert "Sign in" in page.read().decode()


@pytest.mark.slow
def test_the_routed_run_is_drawn(demo: Demo, chromium: Browser) -> None:
    """Skills, experts and verdicts in the Sankey of the run that the report points to."""
    password = re.search(r"password (\S+)", demo.said)
    assert password
    page = chromium.new_page(viewport={"width": 1280, "height": 1300})
    page.goto(demo.report["run_url"])
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(password[1])
    page.get_by_role("button", name="Sign in").click()
    # The run waits behind the welcome: who signs in with the printed password is asked once.
    page.get_by_role("link", name="Later").click()
    page.wait_for_selector(".sankey-node")
    labels = page.locator(".sankey-node .node-label").all_text_contents()
    skills = {skill for expert in DEMO_POOL["experts"] for skill in expert["skills"]}
    experts = {expert["name"] for expert in DEMO_POOL["experts"]}
    assert skills | {"✓ correct"} <= set(labels)
    assert (
        len(experts & set(labels)) > len(experts) / 2
    )  # the paper's recruiter leaves weak ones out
    assert f"{demo.report['accuracy']['skill_moe']}" in page.content()
    page.screenshot(path=demo.data.parent / "run.png")


@pytest.mark.slow
def test_the_commands_of_the_readme_work(demo: Demo) -> None:
    for command in COMMANDS.splitlines():
        done = subprocess.run(
            command, shell=True, cwd=ROOT, env=demo.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"


@pytest.mark.slow
def test_the_lines_of_curl_read_results(demo: Demo) -> None:
    """Word for word, but for the port: another product may have the default one."""
    address = re.match(r"http://[^/]+", demo.report["run_url"])
    assert address and CURL.count("http://127.0.0.1:8000") == 1
    script = CURL.replace("http://127.0.0.1:8000", address[0])
    done = subprocess.run(
        ["bash", "-euc", script],
        cwd=ROOT,
        env=demo.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    taken, run, results = (json.loads(part) for part in _values(done.stdout))
    assert (taken["experts"], taken["responses"]) == (16, 3840)
    assert (run["status"], run["done"], run["total"], run["writer"]) == (
        "done",
        240,
        240,
        "calibrated",
    )
    assert f"It ends at {run['accuracy']:.1f} %." in README
    assert run["stages"]["respond"]["loads"] == 0
    assert len(results["items"]) == 2 and results["next"]


@pytest.mark.slow
def test_the_replay_prints_the_table_of_the_readme() -> None:
    """Its figures need no other machine's luck: nothing is generated."""
    done = subprocess.run(REPLAY, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    _, _, rows = done.stdout.partition("\nmethod ")
    figures = [line.split()[:2] for line in rows.splitlines()[1:]]
    printed = {method: f"{float(right):.1f}" for method, right in figures}
    table = re.findall(r"^\| \**`([\w-]+)`[^|]*\| \**([\d.]+)", README, re.MULTILINE)
    assert dict(table) == printed


def _values(printed: str) -> list[str]:
    """JSON values that were printed one after the other."""
    found, decoder = [], json.JSONDecoder()
    while printed := printed.lstrip():
        end = decoder.raw_decode(printed)[1]
        found.append(printed[:end])
        printed = printed[end:]
    return found


def test_the_other_command_is_make_test() -> None:
    assert TEST == "make test"
