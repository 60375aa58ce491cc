"""Recorded responses: imported, played back through profiles and runs, and exported again."""

import json
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from moe_core.values import Purpose, Verdict
from tests.conftest import MakeSet, demo_expert
from webapp.accounts.models import Team, User
from webapp.experts.models import Expert, Pool
from webapp.files.errors import FileRefused
from webapp.questions.models import QuestionSet, QuestionVector
from webapp.runs import export
from webapp.runs.advance import advance_run
from webapp.runs.models import Answer, Event, Generation, Profile, RecordedResponse, Run
from webapp.runs.playback import MISSING
from webapp.runs.recorded import TakenResponses, take_responses
from webapp.runs.report import stages
from webapp.runs.submit import RunRefused, submit_profile, submit_ranking, submit_run, submit_try

pytestmark = pytest.mark.django_db

Row = dict[str, Any]
MODELS = ("org/right", "org/wrong", "org/silent")


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """No message is sent: these tests do the default worker's part themselves."""
    woken: list[tuple[object, ...]] = []
    monkeypatch.setattr("webapp.runs.events.wake", lambda *told: woken.append(told))
    return woken


def rows(questions: QuestionSet) -> list[Row]:
    """One model is always right, one always wrong, one never says an answer."""
    return [
        {"question_id": question.key, "model": model, "output": output, "pred": "x"}
        for question in questions.questions.all()
        for model, output in zip(
            MODELS,
            (f"So \\boxed{{{question.gold}}}.", "The answer is 7 or 8.", "I do not know"),
            strict=True,
        )
    ]


def take(team: Team, questions: QuestionSet, given: list[Row], **how: Any) -> TakenResponses:
    content = "".join(json.dumps(row) + "\n" for row in given).encode()
    how = {"pool": "Logs"} | how
    return take_responses(
        team, None, SimpleUploadedFile("log.jsonl", content), "log.jsonl",
        question_set=questions, **how,
    )  # fmt: skip


@pytest.fixture
def validation(question_set: MakeSet) -> QuestionSet:
    return question_set("validation", 12)


@pytest.fixture
def test_set(question_set: MakeSet) -> QuestionSet:
    return question_set("test", 8)


@pytest.fixture
def pool(team: Team, validation: QuestionSet, test_set: QuestionSet) -> Pool:
    take(team, validation, rows(validation))
    return take(team, test_set, rows(test_set)).pool


@pytest.fixture
def profile(team: Team, pool: Pool, validation: QuestionSet) -> Profile:
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    made = Profile.objects.get()
    assert made.ready
    return made


def done(run: Run) -> Run:
    advance_run(run.pk)
    run.refresh_from_db()
    assert run.status == Run.Status.DONE, run.problem
    return run


def test_the_models_become_experts_of_the_team(
    team: Team, validation: QuestionSet, nobody_listens: list[tuple[object, ...]]
) -> None:
    taken = take(team, validation, rows(validation))
    assert (taken.experts, taken.responses, taken.bad_rows) == (3, 36, 0)
    experts = list(taken.pool.experts.all())
    assert [expert.name for expert in experts] == sorted(MODELS)
    assert all(e.is_recorded and e.team == team and not e.missing() for e in experts)
    assert taken.pool.annotator is None and taken.pool.candidates() == []
    assert any("“pred” is not used" in warning for warning in taken.warnings)
    assert ("runs.embed_questions", validation.pk, taken.pool.embedder) in nobody_listens


def test_a_whole_run_without_a_gpu(team: Team, profile: Profile, test_set: QuestionSet) -> None:
    cells = profile.cells.values_list("expert__source", "right", "wrong")
    assert cells and all(w == 0 if name == "org/right" else r == 0 for name, r, w in cells)
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
    assert run.vote == "weighted" and run.aggregator is None
    assert (run.finished, run.graded, run.correct, run.unmatched) == (8, 8, 8, 0)
    for answer in run.answers.select_related("question"):
        assert len(answer.skills) == 3
        seats = answer.generations.order_by("number")
        assert [seat.number for seat in seats] == [0, 1, 2]
        for seat in seats:
            assert (seat.expert.source, seat.status, seat.verdict) == (
                "org/right",
                "done",
                "correct",
            )
            assert seat.output == f"So \\boxed{{{answer.question.gold}}}."
            assert seat.prompt == ""  # nobody knows what it was asked
            assert seat.finished is not None
    assert stages([run]) == {"respond": {"loads": 0, "distinct_experts": 1}}


def test_it_tells_its_story_like_any_run(
    team: Team, profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
    told = list(Event.objects.filter(run=run).values_list("seq", "kind"))
    assert [seq for seq, _ in told] == list(range(1, len(told) + 1))
    kinds = [kind for _, kind in told]
    assert kinds == ["submitted", "embedded", "generated", "graded", "advanced", "done"]
    generated = Event.objects.get(run=run, kind="generated")
    assert generated.payload == {"purposes": {"respond": 24}, "failed": 0, "tokens": 0}
    counts = run.progress.values_list("purpose", "expert__source", "asked", "done", "failed")
    assert list(counts) == [("respond", "org/right", 24, 24, 0)]


def test_all_experts_vote(team: Team, pool: Pool, test_set: QuestionSet) -> None:
    run = done(submit_run(team, None, pool=pool, questions=test_set, method="all-experts"))
    assert run.vote == "majority"
    verdicts = Generation.objects.filter(run=run).values_list("expert__source", "verdict")
    assert set(verdicts) == {
        ("org/right", Verdict.CORRECT.value),
        ("org/wrong", Verdict.INCORRECT.value),
        ("org/silent", Verdict.NO_ANSWER.value),
    }
    assert not QuestionVector.objects.exists()  # this method infers no skills


def test_a_seat_without_a_recording_fails_alone(
    team: Team, pool: Pool, test_set: QuestionSet
) -> None:
    first = test_set.questions.first()
    RecordedResponse.objects.filter(question=first, expert__source="org/right").delete()
    run = done(submit_run(team, None, pool=pool, questions=test_set, method="all-experts"))
    failed = Generation.objects.get(run=run, status="failed")
    assert (failed.problem, failed.verdict) == (MISSING, "")
    assert run.finished == 8


def test_an_annotator_may_name_the_skills_of_a_recorded_pool(
    team: Team, pool: Pool, validation: QuestionSet
) -> None:
    pool.annotator = demo_expert("annotator")
    pool.save()
    run = submit_profile(team, None, pool, validation)
    advance_run(run.pk)
    waiting = Generation.objects.filter(run=run, status="waiting")
    assert set(waiting.values_list("purpose", flat=True)) == {Purpose.ANNOTATE.value}
    assert waiting.count() == 5 * 12
    played = Generation.objects.filter(run=run, purpose=Purpose.PROFILE.value)
    assert played.filter(status="done").count() == 3 * 12
    assert set(Answer.objects.filter(run=run).values_list("pending", flat=True)) == {5}


def test_what_cannot_be_done_with_recorded_experts(
    team: Team, profile: Profile, question_set: MakeSet
) -> None:
    other = question_set("test", 4)
    with pytest.raises(RunRefused, match="import the responses"):
        submit_run(team, None, pool=profile.pool, questions=other)
    with pytest.raises(RunRefused, match="weighted vote"):
        submit_ranking(team, None, profile)
    with pytest.raises(RunRefused, match="nothing new"):
        submit_try(team, None, profile.pool.experts.all()[0], "What is 1 + 1?")
    with pytest.raises(RunRefused, match="Rank the pool's aggregators"):
        submit_run(
            team, None, pool=profile.pool, questions=profile.question_set, writer=Run.Writer.LLM
        )


def test_a_live_pool_may_vote_by_weight(
    team: Team, user: User, profile: Profile, test_set: QuestionSet
) -> None:
    run = submit_run(
        team, user, pool=profile.pool, questions=test_set, writer=Run.Writer.VOTE.value
    )
    assert run.vote == "majority"


def test_unmatched_questions_are_counted(
    team: Team, profile: Profile, test_set: QuestionSet, signed_in: Client
) -> None:
    profile.cells.all().delete()  # a profile that has seen no skill
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
    assert run.unmatched == 8
    assert set(run.answers.values_list("uniform", flat=True)) == {True}
    assert "Unmatched questions" in signed_in.get(run.get_absolute_url()).content.decode()
    found = signed_in.get(f"{run.get_absolute_url()}/questions?verdict=unmatched")
    assert len(found.context["page"].rows) == 8


def test_a_long_set_is_embedded_bit_by_bit(
    team: Team,
    profile: Profile,
    test_set: QuestionSet,
    monkeypatch: pytest.MonkeyPatch,
    nobody_listens: list[tuple[object, ...]],
) -> None:
    monkeypatch.setattr("webapp.runs.vectors.BATCH", 3)
    run = submit_run(team, None, pool=profile.pool, questions=test_set)
    for embedded in (3, 6):
        nobody_listens.clear()
        advance_run(run.pk)
        assert QuestionVector.objects.filter(question__question_set=test_set).count() == embedded
        assert ("runs.advance", run.pk) in nobody_listens
    assert done(run).finished == 8


def test_questions_are_embedded_once(team: Team, profile: Profile, test_set: QuestionSet) -> None:
    done(submit_run(team, None, pool=profile.pool, questions=test_set))
    before = set(QuestionVector.objects.values_list("pk", flat=True))
    assert len(before) == 12 + 8
    done(submit_run(team, None, pool=profile.pool, questions=test_set, seed=1))
    assert set(QuestionVector.objects.values_list("pk", flat=True)) == before


# --- files ---


BAD: dict[str, tuple[Row, str]] = {
    "an unknown question": ({"question_id": "no such"}, "has no question 'no such'"),
    "twice": ({}, "has answered question"),
    "no model": ({"model": ""}, "model is missing"),
    "no question": ({"question_id": None}, "question_id is missing"),
    "a long model": ({"model": "m" * 101}, "101 characters"),
    "an output that is no text": ({"model": "new", "output": ["a"]}, "no text"),
}


@pytest.mark.parametrize(("change", "message"), BAD.values(), ids=list(BAD))
def test_a_bad_row_is_named(team: Team, validation: QuestionSet, change: Row, message: str) -> None:
    given = rows(validation)
    given.insert(4, given[0] | change)
    with pytest.raises(FileRefused) as refused:
        take(team, validation, given)
    assert [error.row for error in refused.value.errors] == [5]
    assert message in refused.value.errors[0].message
    assert not RecordedResponse.objects.exists()
    assert not Pool.objects.exists() and not Expert.objects.exists()
    taken = take(team, validation, given, skip_bad_rows=True)
    assert (taken.responses, taken.bad_rows, [e.row for e in taken.errors]) == (36, 1, [5])


def test_gaps_are_told(team: Team, validation: QuestionSet) -> None:
    taken = take(team, validation, rows(validation)[:-1])
    assert any("org/silent has no response to 1 of the 12" in warning for warning in taken.warnings)


def test_what_was_stored_is_not_replaced(team: Team, pool: Pool, validation: QuestionSet) -> None:
    with pytest.raises(FileRefused, match="36 of the responses are there already"):
        take(team, validation, rows(validation))
    again = take(team, validation, rows(validation), pool="Second log")
    assert again.pool != pool and again.responses == 36
    names = set(again.pool.experts.values_list("name", flat=True))
    assert names == {f"{model} (Second log)" for model in MODELS}


def test_a_profiled_pool_takes_no_new_models(
    team: Team, profile: Profile, question_set: MakeSet
) -> None:
    other = question_set("test", 3)
    strange = [row | {"model": "org/new"} for row in rows(other)[::3]]
    with pytest.raises(FileRefused, match="org/new is not in Logs"):
        take(team, other, strange)
    assert take(team, other, rows(other)).responses == 9  # the models that it has


def test_outputs_may_hold_anything(team: Team, validation: QuestionSet) -> None:
    given = rows(validation)[:1]
    given[0]["output"] = "a\0b \ud800 c"
    take(team, validation, given)
    assert RecordedResponse.objects.get().output == "a\ufffdb ? c"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b'{"a": 1}\n{"a": 2}\n', "No column holds the question_id"),
        (b"PK\3\4", "zip"),
    ],
)
def test_a_file_that_holds_no_responses(
    team: Team, validation: QuestionSet, content: bytes, message: str
) -> None:
    with pytest.raises(FileRefused, match=message):
        take_responses(
            team, None, SimpleUploadedFile("x", content), "x", question_set=validation, pool="Logs"
        )
    assert not Pool.objects.exists()


@pytest.mark.parametrize("name", ["log.jsonl", "log.parquet"])
def test_an_exported_run_is_such_a_file(
    team: Team, pool: Pool, test_set: QuestionSet, tmp_path: Path, name: str
) -> None:
    run = done(submit_run(team, None, pool=pool, questions=test_set, method="all-experts"))
    file = tmp_path / name
    assert export.write(run, file) == 24
    assert list(tmp_path.iterdir()) == [file]
    taken = take_responses(team, None, file, name, question_set=test_set, pool="Again")
    assert (taken.experts, taken.responses) == (3, 24)
    again = done(submit_run(team, None, pool=taken.pool, questions=test_set, method="all-experts"))
    assert (again.correct, again.graded) == (run.correct, run.graded)


def test_two_seats_of_one_expert_are_one_row(
    team: Team, profile: Profile, test_set: QuestionSet
) -> None:
    run = done(submit_run(team, None, pool=profile.pool, questions=test_set))
    exported = [json.loads(line) for line in "".join(export.lines(run)).splitlines()]
    assert len(exported) == 8
    first = test_set.questions.first()
    assert first is not None
    assert exported[0] == {
        "question_id": first.key,
        "model": "org/right",
        "output": f"So \\boxed{{{first.gold}}}.",
        "pred": first.gold,
    }


# --- pages ---


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
    assert "log-odds" in page and "recorded" in page and "Prompt" not in page
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
