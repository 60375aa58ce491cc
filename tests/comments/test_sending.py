"""Notices by e-mail and to a webhook."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from webapp.accounts.models import Team, User
from webapp.comments.models import Notice
from webapp.comments.posting import notify
from webapp.comments.sending import send_some

pytestmark = pytest.mark.django_db


class Hook:
    """What takes what is posted, as Slack would."""

    def __init__(self) -> None:
        self.posted: list[dict[str, str]] = []
        self.status = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                hook.posted.append(json.loads(self.rfile.read(size)))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/secret"


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def grace(team: Team, settings: Settings) -> User:
    settings.EMAIL_HOST, settings.HOSTNAME = "smtp.example.org", "moe.example.org"
    person = User.objects.create_user("grace", team=team)
    EmailAddress.objects.create(user=person, email="g@example.org", verified=True, primary=True)
    return person


def test_a_notice_is_sent_once(team: Team, user: User, grace: User, hook: Hook) -> None:
    Team.objects.update(webhook=hook.address)
    notify([grace], team, user, "admin asks you to review: Losses", "/queues/1")
    assert send_some() == 1 and send_some() == 0
    (message,) = mail.outbox
    assert message.to == ["g@example.org"] and "asks you to review: Losses" in message.subject
    assert "https://moe.example.org/queues/1" in str(message.body)
    text = "grace: admin asks you to review: Losses https://moe.example.org/queues/1"
    assert hook.posted == [{"text": text}]


@pytest.mark.parametrize("why", ["not wanted", "not confirmed", "read already", "not set"])
def test_who_is_sent_nothing(
    team: Team, user: User, grace: User, settings: Settings, why: str
) -> None:
    notify([grace], team, user, "Look.", "/mine")
    if why == "not wanted":
        User.objects.filter(pk=grace.pk).update(mails=False)
    elif why == "not confirmed":
        EmailAddress.objects.update(verified=False)
    elif why == "read already":
        Notice.objects.update(read=timezone.now())
    else:
        settings.EMAIL_HOST = ""
    assert send_some() == 1 and mail.outbox == []


def test_a_webhook_that_fails_stops_nobody(
    team: Team, user: User, grace: User, hook: Hook, caplog: pytest.LogCaptureFixture
) -> None:
    hook.status = 500
    Team.objects.update(webhook=hook.address)
    for n in range(2):
        notify([grace], team, user, f"Look {n}.", "/mine")
    assert send_some() == 2 and len(hook.posted) == 2 and len(mail.outbox) == 2
    hook.server.shutdown()
    Team.objects.update(webhook="http://127.0.0.1:1/secret")
    notify([grace], team, user, "Look again.", "/mine")
    assert send_some() == 1 and len(mail.outbox) == 3
    assert "took no notice" in caplog.text and "secret" not in caplog.text
