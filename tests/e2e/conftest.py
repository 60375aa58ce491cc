"""The product as `manage.py serve` runs it, and a real browser in front of it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.conftest import ROOT, processes_with
from tests.e2e.programs import Api
from tests.migrated import begin_migrated
from webapp.processes.folder import DataFolder

CHROMIUM = "chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
STOP_SECONDS = 60
WAIT = 60_000  # milliseconds for anything to be there, on a machine with much else to do
DEMO_SECONDS = 600  # the README's promise, set-up included
README = (ROOT / "README.md").read_text()
BLOCKS = [block.strip() for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)]
SERVERS = ("DATABASE_URL", "REDIS_URL", "SKILLMOE_PORT")


@dataclass(frozen=True)
class Product:
    url: str
    password: str
    environment: dict[str, str]  # for commands that are to find it


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What makes requests up comes last: it may delete anything of what the others work with."""
    items.sort(key=lambda item: item.path.name == "test_api.py")


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Everything runs: web, both workers, Postgres, Redis, on a data folder of its own."""
    folder = tmp_path_factory.mktemp("product")
    begin_migrated(DataFolder(folder / "data"))
    environment = {name: value for name, value in os.environ.items() if name not in SERVERS}
    environment |= {"SKILLMOE_DATA": str(folder / "data"), "SKILLMOE_GPU_IDLE_SECONDS": "1"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", f"--port={free_port()}"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        yield started(process, folder / "log", environment)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOP_SECONDS)


def free_port() -> int:
    """One that no other product on this machine is about to take, as 8000 may be."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def started(process: subprocess.Popen[str], log: Path, environment: dict[str, str]) -> Product:
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    url = re.search(r"http://\S+", said)
    password = re.search(r"password (\S+)", said)
    assert url and password, f"it did not start:\n{said}\n{log.read_text()[-4000:]}"
    return Product(url[0], password[1], environment)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = shutil.which(CHROMIUM)
    if path is None:
        pytest.skip("chromium is not installed: apt-get install chromium, as root, or make test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A signed-in person's page, and everything about it that should not happen."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)  # documents, whoever asked for them

    def watch(self) -> None:
        self.page.on(
            "console", lambda said: self._console(said.type, f"{said.text} {said.location}")
        )
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._request)
        # A notice that nobody clicks away would make the test wait, not fail.
        self.page.on("dialog", lambda dialog: self.wrong.append(f"dialog: {dialog.message}"))

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.wrong.append(f"{self.page.url}: {text}")

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self.loads.append(request.url)
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.wrong.append(f"asked for {request.url}")

    def go(self, address: str) -> None:
        self.page.goto(self.url + address)

    def sign_in(self, password: str) -> None:
        self.go("/sign-in")
        self.page.get_by_label("User name").fill("admin")
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        # The password was printed: whoever has it is asked for their own, now or later.
        self.page.get_by_role("link", name="Later").click()


@pytest.fixture(scope="session")
def visitor(product: Product, chromium: Browser) -> Iterator[Visitor]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT)
    visitor = Visitor(context.new_page(), product.url)
    visitor.watch()
    visitor.sign_in(product.password)
    visitor.page.get_by_text("Three steps to a first result").wait_for()
    yield visitor
    context.close()


@pytest.fixture(scope="session")
def given(visitor: Visitor) -> Api:
    """How a test gets at what it begins with: by a program of the visitor's, in no time."""
    page = visitor.page
    visitor.go("/me")
    page.get_by_label("What it is for").fill("What tests begin with")
    page.get_by_role("group", name="It may").get_by_label("run:").check()
    page.get_by_role("button", name="Make a token").click()
    page.get_by_role("button", name="Make a token").click()
    return Api(f"{visitor.url}/api/v1", page.get_by_label("Token", exact=True).input_value())


@dataclass(frozen=True)
class Demo:
    data: Path
    environment: dict[str, str]
    report: dict[str, Any]
    said: str


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`make demo` on a data folder of its own, until it says that it keeps running."""
    data = tmp_path_factory.mktemp("demo") / "data"
    environment = {name: value for name, value in os.environ.items() if name not in SERVERS}
    environment |= {"SKILLMOE_DATA": str(data), "SKILLMOE_PORT": str(free_port())}
    log = data.parent / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            BLOCKS[0],
            shell=True,
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + DEMO_SECONDS
        while "keeps running" not in log.read_text():
            assert process.poll() is None, log.read_text()[-4000:]
            assert time.monotonic() < until, log.read_text()[-4000:]
            time.sleep(0.5)
        report = json.loads((data / "demo-report.json").read_text())
        yield Demo(data, environment, report, log.read_text())
    finally:
        os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does
        process.wait(STOP_SECONDS)
    give_up = time.monotonic() + STOP_SECONDS
    while left := processes_with(str(data)):
        assert time.monotonic() < give_up, left
        time.sleep(0.2)
