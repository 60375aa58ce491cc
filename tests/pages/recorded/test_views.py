"""Recorded responses in the browser: imported, and downloaded."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from tests.recorded.logs import Row, done, rows
from webapp.accounts.models import Team, User
from webapp.execution.start import submit_run
from webapp.experts.models import Pool
from webapp.exports import responses
from webapp.questions.models import QuestionSet
from webapp.runs.models import RecordedResponse

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
    assert text == "".join(responses.lines(run, None))
    assert len(text.splitlines()) == 24


def look_at(client: Client, content: bytes, **given: object) -> Any:
    """The page that shows what would be stored; its address is where storing is asked for."""
    sent = {"file": SimpleUploadedFile("log.jsonl", content), "pool": "Mine"} | given
    answer = client.post("/recorded-responses/new", sent)
    assert answer.status_code == 302, answer.content.decode()
    return client.get(answer["Location"])


def address(page: Any) -> str:
    return str(page.wsgi_request.get_full_path())


def as_lines(given: list[Row]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in given).encode()


def test_importing_in_the_browser(
    signed_in: Client, validation: QuestionSet, recorded_pool: Pool
) -> None:
    assert "Import recorded responses" in signed_in.get("/pools/").content.decode()
    page = look_at(signed_in, as_lines(rows(validation)), question_set=validation.pk)
    shown = page.content.decode()
    assert "Store 36 responses" in shown and "12 of 12 questions" in shown
    assert not Pool.objects.filter(name="Mine").exists(), "looking stores nothing"
    stored = signed_in.post(address(page), {}, follow=True).content.decode()
    assert "36 responses of 3 experts" in stored and "org/right (Mine)" in stored
    assert "none: the weighted vote writes the answers" in stored
    gone = signed_in.get(address(page), follow=True).content.decode()
    assert "no longer kept" in gone


def test_rows_without_a_question_have_to_be_left_out(
    signed_in: Client, validation: QuestionSet
) -> None:
    given = rows(validation)
    given[0] |= {"question_id": "no such"}
    page = look_at(signed_in, as_lines(given), question_set=validation.pk)
    assert "no question &#x27;no such&#x27;" in page.content.decode()
    refused = signed_in.post(address(page), {})
    assert (refused.status_code, RecordedResponse.objects.count()) == (422, 0)
    assert "nothing was stored" in refused.content.decode()
    signed_in.post(address(page), {"skip_bad_rows": "on"})
    assert RecordedResponse.objects.count() == 35


def test_reading_by_other_columns(signed_in: Client, validation: QuestionSet) -> None:
    given = [{"key": row["question_id"], "said": row["output"]} for row in rows(validation)[::3]]
    page = look_at(signed_in, as_lines(given), question_set=validation.pk)
    shown = page.content.decode()
    assert "No column holds the question_id" in shown and "The first rows of the file" in shown
    chosen = {"id": '"key"', "output": '"said"', "model_name": "org/typed"}
    address_of_it = f"{address(page)}&{urlencode(chosen)}"
    again = signed_in.get(address_of_it)
    assert "org/typed" in again.content.decode() and "Store 12 responses" in again.content.decode()
    signed_in.post(address_of_it, {})
    assert set(RecordedResponse.objects.values_list("expert__source", flat=True)) == {"org/typed"}


def test_a_log_makes_its_own_set(signed_in: Client, team: Team) -> None:
    row = {"id": "q", "question": "9*2?", "answer": "18", "model": "a", "output": "18"}
    page = look_at(signed_in, as_lines([row]), new_set_kind="validation")
    assert "of the log&#x27;s own questions" in page.content.decode()
    assert not QuestionSet.objects.filter(team=team).exists()
    signed_in.post(address(page), {})
    made = QuestionSet.objects.get(team=team)
    assert (made.name, made.kind, made.size) == ("log", "validation", 1)
    assert RecordedResponse.objects.get().question.gold == "18"


def test_a_name_that_a_set_has_already_is_no_dead_end(signed_in: Client, team: Team) -> None:
    row = {"id": "q", "question": "9*2?", "model": "a", "output": "18"}
    for _ in range(2):
        signed_in.post(address(look_at(signed_in, as_lines([row]))), {})
    names = QuestionSet.objects.filter(team=team).values_list("name", flat=True)
    assert set(names) == {"log", "log 2"}


def test_a_log_without_texts_makes_no_set(signed_in: Client, validation: QuestionSet) -> None:
    page = look_at(signed_in, as_lines(rows(validation))).content.decode()
    assert "does not hold the texts of its questions" in page
    assert f'<option value="{validation.pk}">' in page, "an existing set can be chosen"


def test_a_kept_log_is_the_teams_alone(signed_in: Client, validation: QuestionSet) -> None:
    page = look_at(signed_in, as_lines(rows(validation)), question_set=validation.pk)
    changed = address(page).replace("file=", "file=x")
    assert signed_in.get(changed)["Location"] == "/recorded-responses/new"
    signed_in.force_login(User.objects.create_user("eve", team=Team.objects.create(name="Other")))
    assert signed_in.get(address(page))["Location"] == "/recorded-responses/new"
