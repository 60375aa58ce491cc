"""Home: what the GPU does, runs in progress, what wants review, open disputes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.conftest import MakeSet, demo_expert
from tests.pages.reading import flat
from tests.reviews.given import reviewed
from webapp.accounts.models import Team, User
from webapp.db.memory import cache
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.experts.models import Expert
from webapp.machine.gpus import Gpu
from webapp.pages.home import overview
from webapp.queue.gpus import keep_readings, known_gpus
from webapp.queue.troubles import Trouble, tell
from webapp.queue.workers import registered_worker
from webapp.runs.models import Answer, GpuReading, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens", "empty_cache")]


@pytest.fixture
def ended(run: Run) -> Run:
    """One lost where an expert was right, two where none was, one right though experts disagree."""
    sorts = [("outvoted", 2), ("none right", 3), ("none right", 1), ("agreed", 2)]
    for answer, (outcome, stances) in zip(answers_of(run), sorts, strict=False):
        answer.outcome, answer.stances = outcome, stances
        answer.save()
    run.status, run.ended = Run.Status.DONE, timezone.now()
    run.save()
    return run


def answers_of(run: Run) -> list[Answer]:
    return list(run.answers.order_by("pk"))


def home(client: Client, address: str = "/") -> str:
    return flat(client.get(address).content.decode())


def test_a_run_in_progress(signed_in: Client, run: Run) -> None:
    shown = home(signed_in)
    assert '0 of 16</span><progress value="0" max="16"' in shown
    assert "not known yet" in shown
    advance_run(run.pk)
    expert = demo_expert("tiny-01")
    Expert.objects.update(load_seconds=10, tokens_per_second=50)
    run.progress.filter(expert=expert).update(done=4, failed=1, tokens=400)
    cache.clear()
    with registered_worker():
        part = home(signed_in, "/gpu")
        assert part in home(signed_in)
    assert '5 of 16</span><progress value="5" max="16"' in part
    assert "not known yet" not in part
    # 11 left, 100 tokens each at 50 tokens per second, and two loads of 10 s
    assert "All that is running is done in about <strong>42 s</strong>" in part
    assert '<td class="n">42 s</td>' in part


def test_answers_to_review_lead_to_themselves(signed_in: Client, ended: Run) -> None:
    (one,) = overview.to_review(ended.team)
    assert (one.run, one.answers, one.disagreeing) == (ended, 4, 3)
    assert [(outcome.value, n) for outcome, n in one.lost] == [("none right", 2), ("outvoted", 1)]
    shown = home(signed_in)
    for query, n in {
        "review=unreviewed&disagree=yes": 3,
        "review=unreviewed&outcome=none%20right": 2,
        "review=unreviewed&outcome=outvoted": 1,
    }.items():
        address = f"{ended.get_absolute_url()}/questions?{query}"
        assert address.replace("&", "&amp;") in shown
        assert len(signed_in.get(address).context["page"].rows) == n


def test_what_is_reviewed_wants_no_review(signed_in: Client, ended: Run, user: User) -> None:
    assert overview.to_review(ended.team)[0].answers == 4
    answers = answers_of(ended)
    for answer in answers[:3]:
        reviewed(answer, user, "right")
    (one,) = overview.to_review(ended.team)
    assert (one.answers, one.disagreeing, list(one.lost)) == (1, 1, [])
    reviewed(answers[3], user, "right")
    assert "Nothing: of the newest runs, every answer" in home(signed_in)


def test_counts_stay_until_a_run_or_its_reviews_change(ended: Run) -> None:
    before = overview.to_review(ended.team)
    Answer.objects.filter(run=ended).update(outcome="none right")  # nobody does so without an event
    assert overview.to_review(ended.team) == before
    Run.objects.filter(pk=ended.pk).update(event_seq=ended.event_seq + 1)
    assert overview.to_review(ended.team)[0].answers == 8


def test_the_runs_with_most_to_review_come_first(
    team: Team, question_set: MakeSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = question_set()
    rows = list(questions.questions.all())
    for n in range(1, 5):
        run = Run.objects.create(team=team, question_set=questions, status=Run.Status.DONE)
        Answer.objects.bulk_create(
            Answer(run=run, question=row, outcome="broken", stances=2) for row in rows[:n]
        )
    monkeypatch.setattr(overview, "TO_REVIEW", 3)
    assert [one.answers for one in overview.to_review(team)] == [4, 3, 2]


def test_open_disputes(signed_in: Client, ended: Run, user: User) -> None:
    assert "Open disputes" not in home(signed_in)
    answer = answers_of(ended)[2]
    reviewed(answer, user, "disputed", note="It is <i>15</i>.")
    shown = home(signed_in)
    assert "It is &lt;i&gt;15&lt;/i&gt;." in shown
    address = f"{ended.get_absolute_url()}/questions/{answer.pk}?review=disputed"
    assert address in shown and f"{ended.heading}, question {answer.question.row}</a>" in shown
    assert signed_in.get(address).status_code == 200


def test_another_team_sees_none_of_it(client: Client, ended: Run, run: Run, user: User) -> None:
    reviewed(answers_of(ended)[0], user, "disputed")
    Run.objects.create(team=ended.team, question_set=ended.question_set, method="all-experts")
    client.force_login(User.objects.create_user("s", team=Team.objects.create(name="Others")))
    for address in ("/", "/gpu"):
        shown = home(client, address)
        assert f'{ended.get_absolute_url()}"' not in shown
        assert str(ended.question_set) not in shown
        assert "Open disputes" not in shown and "In progress" not in shown


def test_home_asks_little_whatever_there_is(
    signed_in: Client,
    ended: Run,
    user: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    assert ended.pool and ended.question_set
    running = submit_run(
        ended.team, user, pool=ended.pool, questions=ended.question_set, method="all-experts"
    )
    advance_run(running.pk)
    for _ in range(12):
        Run.objects.create(team=ended.team, question_set=ended.question_set, status="done")
    with registered_worker():
        with django_assert_max_num_queries(51):
            signed_in.get("/")
        with django_assert_max_num_queries(29) as queries:
            signed_in.get("/")
    answers = [q["sql"] for q in queries.captured_queries if 'FROM "runs_answer"' in q["sql"]]
    assert not answers, "they were counted before"


def a_gpu(**more: object) -> Gpu:
    given = {"index": 0, "name": "NVIDIA H100 80GB HBM3", "total_bytes": 80 * 1024**3}
    given |= {"used_bytes": 61 * 1024**3, "capability": (9, 0), "uuid": "GPU-1"} | more
    return Gpu(**given)  # type: ignore[arg-type]


def test_what_the_gpus_say_of_themselves(signed_in: Client) -> None:
    keep_readings([a_gpu(use_percent=97, celsius=64)])
    keep_readings([a_gpu(use_percent=98)])
    shown = home(signed_in, "/gpu")
    assert "NVIDIA H100 80GB HBM3: 61.0 GB of 80.0 GB in use, 98 % busy</li>" in shown
    assert shown.count("NVIDIA H100") == 1
    GpuReading.objects.update(read=timezone.now() - timedelta(minutes=1))
    assert "NVIDIA H100" not in home(signed_in, "/gpu"), "it may be otherwise by now"
    assert known_gpus()[0].gpu.capability == (9, 0), "what does not change is still known"


def test_trouble_of_a_machine_is_told(signed_in: Client, run: Run) -> None:
    advance_run(run.pk)
    Expert.objects.update(load_seconds=10, tokens_per_second=50)
    since = timezone.now()
    with registered_worker() as worker:
        tell(worker, [Trouble("another program holds 70 of 80 GB\nValueError: full", since)])
        shown = home(signed_in)
        page = home(signed_in, run.get_absolute_url())
        cache.clear()
        assert "All that is running is done in" not in home(signed_in, "/gpu")
    for text in (shown, page):
        assert "loads no expert</strong> since" in text
        assert "another program holds 70 of 80 GB. <span" in text
        assert "nothing that waits is lost" in text and "The engine said: ValueError: full" in text
    assert "holds 70" not in home(signed_in), "the worker that told it has ended"
