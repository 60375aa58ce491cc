"""Runs in the browser: starting, watching, reading every answer, cancelling."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from gpu_worker.fake_engine import FakeEngine
from gpu_worker.loop import Loop
from moe_core.engine import Checkpoint, Prompt
from tests.conftest import MakeSet
from webapp.accounts.models import Team
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.pages.live_run import flow
from webapp.queue import workers
from webapp.runs.models import Answer, Generation, Run, Visit

pytestmark = pytest.mark.django_db

MARK = "</think>"


@pytest.fixture(autouse=True)
def nobody_listens(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """No message is sent: these tests do the workers' part themselves."""
    settings.GPU_IDLE_SECONDS = 0
    monkeypatch.setattr("webapp.queue.events.wake", lambda name, *args: None)
    cache.clear()  # figures of the test before, which are kept for seconds


def write(checkpoint: Checkpoint, prompt: Prompt) -> str:
    if checkpoint.source.endswith("tiny-02"):
        return "I cannot say <b>it</b>."
    return f"Digits first.{MARK}Then *all*:\n\n$x<1$ so \\boxed{{14}}.\n\nQuestion: another?"


@pytest.fixture
def run(team: Team, pool: Pool, question_set: MakeSet) -> Run:
    return submit_run(team, None, pool=pool, questions=question_set(), method="all-experts")


def serve(run: Run, engine: FakeEngine | None = None) -> Run:
    def stopping() -> bool:
        advance_run(run.pk)
        return False

    with workers.registered_worker() as worker:
        Loop(worker, engine or FakeEngine(write), stopping).run()
    advance_run(run.pk)
    run.refresh_from_db()
    return run


def test_starting_a_run(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    given = {"question_set": questions.pk, "pool": pool.pk, "method": "all-experts", "k": 3,
             "seed": 7, "writer": "majority"}  # fmt: skip
    page = signed_in.post("/runs/new", given, follow=True)
    run = Run.objects.get()
    assert (run.seed, run.status, run.created_by) == (7, "running", run.created_by)
    assert f"Run {run.pk}: all-experts on test 8" in page.content.decode().replace("\n", "")


def test_what_is_refused(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    given = {"question_set": question_set().pk, "pool": pool.pk, "method": "skill-moe", "k": 3,
             "seed": 0, "writer": "decided"}  # fmt: skip
    page = signed_in.post("/runs/new", given)
    assert page.status_code == 422
    assert "has no profile yet: build one on a validation set first" in page.content.decode()
    page = signed_in.post("/runs/new", {**given, "k": 0})
    assert "greater than or equal to 1" in page.content.decode()
    assert not Run.objects.exists()


def test_a_run_before_and_after(signed_in: Client, run: Run) -> None:
    page = signed_in.get(run.get_absolute_url()).content.decode()
    for shown in ("Getting ready", "no expert is loaded", "A toy.", "Submitted"):
        assert shown in page
    assert serve(run).status == "done"
    page = signed_in.get(run.get_absolute_url()).content.decode()
    for shown in ("8 of 8", "correct of 8 graded", "2 loads, 2 experts", "This run has ended"):
        assert shown in page
    assert "Cancel the run" not in page


def test_the_live_parts_are_those_of_the_page(signed_in: Client, run: Run) -> None:
    for _ in range(2):
        page = signed_in.get(run.get_absolute_url()).content.decode()
        live = signed_in.get(f"{run.get_absolute_url()}/live").content.decode()
        for part in live.split("<section")[1:]:
            content = part.partition(">")[2].rpartition("</section>")[0]
            assert content.strip() in page
        serve(run)


def test_the_live_parts_do_not_count_generations(
    signed_in: Client, run: Run, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    serve(run)
    with django_assert_max_num_queries(15) as queries:
        signed_in.get(f"{run.get_absolute_url()}/live")
    counted = [
        q["sql"]
        for q in queries.captured_queries
        if "GROUP BY" in q["sql"] or "SELECT DISTINCT" in q["sql"]
    ]
    assert len(counted) <= 1  # the loads per stage, whose figures are kept for some seconds
    with django_assert_max_num_queries(14):
        signed_in.get(f"{run.get_absolute_url()}/live")


def test_events_since(signed_in: Client, run: Run) -> None:
    serve(run)
    run.refresh_from_db()
    told = signed_in.get(f"{run.get_absolute_url()}/events").json()
    assert [event["seq"] for event in told["events"]] == list(range(1, told["seq"] + 1))
    assert told["events"][0]["text"] == "Submitted"
    assert told["events"][-1]["kind"] == "done"
    later = signed_in.get(f"{run.get_absolute_url()}/events?after={told['seq'] - 1}").json()
    assert [event["seq"] for event in later["events"]] == [told["seq"]]


def test_failures_have_reasons(signed_in: Client, run: Run) -> None:
    broken = {expert.source for expert in Expert.objects.filter(name="tiny-02")}
    serve(run, FakeEngine(write, broken=broken))
    page = signed_in.get(run.get_absolute_url()).content.decode()
    assert "tiny-02 does not load: no such checkpoint" in page
    assert "8 failed" in page


def test_the_flow_of_seats(signed_in: Client, run: Run) -> None:
    address = f"{run.get_absolute_url()}/flow.json"
    assert signed_in.get(address).json()["data"] == []
    serve(run)
    answers = list(Answer.objects.filter(run=run).order_by("pk"))
    for place, answer in enumerate(answers[:4]):
        answer.skills = [["a", f"<b>skill {place}</b>", 1.0], ["b", "sums", 0.5]]
        answer.save()
    run.method, run.recruiter = "skill-moe", "paper"
    run.save()
    figure = signed_in.get(address).json()
    (sankey,) = figure["data"]
    labels, link = sankey["node"]["label"], sankey["link"]
    assert "&lt;b&gt;skill 0&lt;/b&gt;" in labels
    assert flow.NO_SKILL in labels
    seats: dict[str, float] = {}
    for source, target, value in zip(link["source"], link["target"], link["value"], strict=True):
        for end in (("out", source), ("in", target)):
            key = f"{end[0]} {labels[end[1]]}"
            seats[key] = seats.get(key, 0) + value
    assert seats["in tiny-01"] == seats["out tiny-01"] == 8
    assert "sums" not in labels  # a question stands under the skill that was named first
    assert seats["in ∅ no answer"] == 8
    assert sum(v for key, v in seats.items() if key.startswith("in") and "tiny" not in key) == 16


def test_a_worker_that_takes_nothing_up_is_missed(signed_in: Client, run: Run) -> None:
    advance_run(run.pk)
    Generation.objects.update(created=timezone.now() - timedelta(minutes=1))
    page = signed_in.get(run.get_absolute_url()).content.decode()
    assert "no gpu worker takes up what waits" in page


def test_many_skills_are_gathered(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(run)
    monkeypatch.setattr(flow, "MOST_SKILLS", 5)
    for place, answer in enumerate(Answer.objects.filter(run=run)):
        answer.skills = [[str(n), f"skill {place} {n}", 1.0] for n in range(4)]
        answer.save()
    run.method, run.recruiter = "skill-moe", "paper"
    labels = flow.flow(run)["data"][0]["node"]["label"]
    assert flow.OTHER in labels
    assert len([label for label in labels if label.startswith("skill")]) == flow.MOST_SKILLS


def test_questions_by_verdict(signed_in: Client, run: Run) -> None:
    serve(run)
    address = f"{run.get_absolute_url()}/questions"
    assert len(signed_in.get(address).context["page"].rows) == 8
    for verdict in ("correct", "incorrect", "no answer", "ungraded", "open"):
        rows = signed_in.get(address, {"verdict": verdict}).context["page"].rows
        assert all(row.verdict == verdict for row in rows)
        assert len(rows) == run.answers.filter(verdict=verdict).count()


def test_reading_an_answer(signed_in: Client, run: Run) -> None:
    serve(run)
    answers = list(Answer.objects.filter(run=run).order_by("pk"))
    address = f"{run.get_absolute_url()}/questions/{answers[1].pk}"
    page = signed_in.get(address).content.decode()
    for shown in (
        "recruiter reads no skills",
        "Seat 1",
        "Seat 2",
        "<summary>Thinking</summary>",
        r'<code class="tex">\boxed{14}</code>',
        '<code class="tex">x&lt;1</code>',
        "Runs on into another question",
        "I cannot say &lt;b&gt;it&lt;/b&gt;.",
        "after it was asked",
        "states <strong>nothing</strong>",
        "The final answer is by the majority vote",
        "50.0 %",
    ):
        assert shown in page
    assert f"{run.get_absolute_url()}/questions/{answers[0].pk}" in page
    assert f"{run.get_absolute_url()}/questions/{answers[2].pk}" in page


def test_what_spoke_for_each_expert(signed_in: Client, run: Run) -> None:
    serve(run)
    first, second = Expert.objects.filter(name__startswith="tiny").order_by("name")
    answer = Answer.objects.filter(run=run).order_by("pk")[0]
    address = f"{run.get_absolute_url()}/questions/{answer.pk}"
    assert "Why these experts" not in signed_in.get(address).content.decode()
    answer.contributions = {
        str(first.pk): {"<i>skills</i>": 0.25, "strength": -1.5},
        str(second.pk): {"strength": 2.0},
    }
    answer.save()
    page = signed_in.get(address).content.decode()
    for shown in (
        "Why these experts",
        "&lt;i&gt;skills&lt;/i&gt;",
        "+25.0",
        "\N{MINUS SIGN}150.0",
        "+200.0",
    ):
        assert shown in page


def test_neighbours_keep_the_filter(signed_in: Client, run: Run) -> None:
    serve(run)
    pks = list(Answer.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))
    Answer.objects.filter(pk__in=[pks[0], pks[3], pks[6]]).update(verdict="no answer")
    Answer.objects.exclude(pk__in=[pks[0], pks[3], pks[6]]).update(verdict="correct")
    address = f"{run.get_absolute_url()}/questions/{pks[3]}"
    context = signed_in.get(address, {"verdict": "no answer"}).context
    assert (context["previous"], context["next"]) == (pks[0], pks[6])


def test_a_seat_whose_generation_failed(signed_in: Client, run: Run) -> None:
    serve(run)
    row = Generation.objects.filter(run=run)[0]
    Generation.objects.filter(pk=row.pk).update(status="failed", problem="its engine died")
    page = signed_in.get(f"{run.get_absolute_url()}/questions/{row.answer_id}").content.decode()
    assert "its engine died" in page


def test_cancelling_asks_first(signed_in: Client, run: Run) -> None:
    advance_run(run.pk)
    assert "Cancel the run" in signed_in.get(run.get_absolute_url()).content.decode()
    address = f"{run.get_absolute_url()}/cancel"
    assert "Cancel Run" in signed_in.get(address).content.decode()
    signed_in.post(address, follow=True)
    run.refresh_from_db()
    assert run.status == "cancelled"
    again = signed_in.get(address, follow=True)
    assert "has ended already" in again.content.decode()


def test_past_runs_are_found(signed_in: Client, run: Run) -> None:
    serve(run)
    chosen = {"kind": "answer", "status": "done", "set": str(run.question_set_id)}
    found = signed_in.get("/runs/", {**chosen, "method": run.method}).context["page"].rows
    assert found == [run]
    for name, value in {"kind": "try", "status": "running", "method": "skill-moe"}.items():
        assert signed_in.get("/runs/", {name: value}).context["page"].rows == []
    assert signed_in.get("/runs/", {"status": "<script>"}).status_code == 200
    assert json.dumps(f"Run {run.pk}").strip('"') in signed_in.get("/").content.decode()


def test_home_says_what_the_gpu_does_and_what_waits(signed_in: Client, run: Run) -> None:
    """The same part again for the page that asks every few seconds."""
    advance_run(run.pk)
    expert = Expert.objects.get(name="tiny-01")
    Expert.objects.update(load_seconds=10, tokens_per_second=50)
    before = Run.objects.create(team=run.team, status=Run.Status.DONE)
    before.progress.create(purpose="respond", expert=expert, asked=20, done=20, tokens=2500)
    with workers.registered_worker() as worker:
        Visit.objects.create(
            worker=worker, expert=expert, loaded=timezone.now(), generations=20, tokens=2500,
            busy_seconds=25.0,
        )  # fmt: skip
        home = signed_in.get("/").content.decode()
        part = signed_in.get("/gpu").content.decode()
    assert part.strip() in home
    assert "20 generations at 100 tokens/s" in part
    assert "20 s" in part, "8 waiting, of 125 tokens each, at 50 tokens per second, and no load"
    assert part.count("status-loaded") == 2
