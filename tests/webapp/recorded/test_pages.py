"""Recorded responses in the browser."""

import json

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from tests.webapp.recorded.logs import done, rows
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.recorded import export
from webapp.runs.models import Profile

pytestmark = pytest.mark.django_db


def test_the_download_streams(
    team: Team, pool: Pool, test_set: QuestionSet, user: User, async_client: AsyncClient
) -> None:
    run = done(submit_run(team, None, pool=pool, questions=test_set, method="all-experts"))

    async def download() -> tuple[str, str]:
        await async_client.aforce_login(user)
        answer = await async_client.get(f"/runs/{run.pk}/responses.jsonl")
        assert isinstance(answer, StreamingHttpResponse)
        parts = [part async for part in answer]
        return answer["Content-Type"], b"".join(parts).decode()

    kind, text = async_to_sync(download)()
    assert kind == "application/jsonl"
    assert text == "".join(export.lines(run))
    assert len(text.splitlines()) == 24


def test_importing_in_the_browser(signed_in: Client, validation: QuestionSet, pool: Pool) -> None:
    assert "Import recorded responses" in signed_in.get("/pools/").content.decode()
    content = "".join(json.dumps(row) + "\n" for row in rows(validation)).encode()
    form = {"question_set": validation.pk, "pool": "Mine"}
    sent = form | {"file": SimpleUploadedFile("log.jsonl", content)}
    page = signed_in.post("/recorded-responses/new", sent, follow=True).content.decode()
    assert "36 responses of 3 experts" in page and "org/right (Mine)" in page
    assert "none: the weighted vote writes the answers" in page
    bad = form | {
        "file": SimpleUploadedFile(
            "log.jsonl", content.replace(b'"question_id": "', b'"question_id": "x')
        )
    }
    refused = signed_in.post("/recorded-responses/new", bad)
    assert refused.status_code == 422
    assert "nothing was stored" in refused.content.decode()
    assert '<td class="n">1</td>' in refused.content.decode()


def test_pages_of_a_recorded_run(
    team: Team, signed_in: Client, profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
    page = signed_in.get(run.get_absolute_url()).content.decode()
    assert "the weighted vote" in page and "responses.jsonl" in page
    answer = run.answers.first()
    assert answer is not None
    page = signed_in.get(f"{run.get_absolute_url()}/questions/{answer.pk}").content.decode()
    assert "by the weighted vote" in page and "recorded" in page and "Prompt" not in page
    for address in (profile.get_absolute_url(), profile.pool.get_absolute_url(), "/experts/"):
        assert "org/right" in signed_in.get(address).content.decode()
    expert = profile.pool.experts.get(source="org/right")
    page = signed_in.get(expert.get_absolute_url()).content.decode()
    assert "8 of 8 questions" in page and "Try it" not in page
    assert signed_in.get(f"/experts/{expert.pk}/edit").status_code == 404


def test_another_teams_recorded_experts_are_not_there(
    client: Client, profile: Profile, pool: Pool
) -> None:
    other = User.objects.create_user("eve", team=Team.objects.create(name="Other"))
    client.force_login(other)
    expert = pool.experts.all()[0]
    assert client.get(expert.get_absolute_url()).status_code == 404
    assert expert.name not in client.get("/experts/").content.decode()
    assert expert.name not in client.get("/pools/new").content.decode()
