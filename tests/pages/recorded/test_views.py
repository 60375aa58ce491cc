"""Recorded responses in the browser: imported, and downloaded."""

import json

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from tests.recorded.logs import done, rows
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.questions.models import QuestionSet
from webapp.recorded import export

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_the_download_streams(
    team: Team, recorded_pool: Pool, test_set: QuestionSet, user: User, async_client: AsyncClient
) -> None:
    run = done(submit_run(team, None, pool=recorded_pool, questions=test_set, method="all-experts"))

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


def test_importing_in_the_browser(
    signed_in: Client, validation: QuestionSet, recorded_pool: Pool
) -> None:
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
