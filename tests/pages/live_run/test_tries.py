"""The page of a try: waiting, loading, being written, and each way to end."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gpu_worker.fake_engine import FakeEngine
from moe_core.engine import Partial
from tests.conftest import demo_expert
from tests.pages.reading import flat, words
from tests.pages.serving import serve
from webapp.accounts.models import Team
from webapp.execution.cancel import cancel
from webapp.execution.trying import submit_try
from webapp.experts.models import Expert
from webapp.queue import claims
from webapp.runs.models import Generation, Progress, Run, Visit, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens", "empty_cache")]


@pytest.fixture
def expert(db: None) -> Expert:
    return Expert.objects.create(name="some", source="somebody/some")


@pytest.fixture
def run(team: Team, expert: Expert) -> Run:
    return submit_try(team, None, expert, "What is 12 + 30?", 64)


def shown(client: Client, run: Run) -> str:
    """What the page says; its live parts say the same."""
    page = client.get(run.get_absolute_url()).content.decode()
    live = client.get(f"{run.get_absolute_url()}/live").content.decode()
    for part in ("live-try-said", "live-try-state", "live-try-figures", "live-try-output"):
        assert f'id="{part}"' in page
        assert f'id="{part}"' in live
    inner = live[live.index("<p") : live.rindex("</div>")].strip()
    assert flat(inner) in flat(page)
    return words(page)


def writing(run: Run, worker: Worker, text: str) -> None:
    assert run.expert is not None
    visit = Visit.objects.create(worker=worker, expert=run.expert, loaded=timezone.now())
    (prompt,) = claims.claim(worker, visit, 0).prompts
    claims.write_partials(worker, [Partial(prompt.id, text, 21)])


def test_what_a_try_waits_for(signed_in: Client, run: Run, worker: Worker, expert: Expert) -> None:
    assert "Its expert is the next to be loaded." in shown(signed_in, run)
    visit = Visit.objects.create(worker=worker, expert=demo_expert("tiny-01"))
    assert "The GPU is with tiny-01, and comes when that is done." in shown(signed_in, run)
    other = Run.objects.create(team=run.team, kind="try", expert=expert)
    Progress.objects.create(run=other, purpose="try", expert=demo_expert("tiny-02"), asked=1)
    page = shown(signed_in, run)
    assert "1 generation of other runs may come before it." in page
    assert f"Before it: Run {other.pk} (1)" in page
    visit.delete()
    worker.troubles = [
        {"what": "the driver does not answer", "since": timezone.now().isoformat(), "expert": ""}
    ]
    worker.save()
    page = shown(signed_in, run)
    assert "Its expert cannot be loaded now: it goes on by itself when it can." in page
    assert "the driver does not answer" in page
    worker.troubles[0]["expert"] = "another one"
    worker.save()
    assert "the driver does not answer" not in shown(signed_in, run)
    Expert.objects.filter(pk=expert.pk).update(engine="openai", endpoint="http://far/v1")
    worker.troubles[0]["expert"] = ""
    worker.save()
    assert "the driver does not answer" not in shown(signed_in, run), "an endpoint needs no driver"


def test_a_try_that_nobody_takes_up(signed_in: Client, run: Run) -> None:
    Generation.objects.update(created=timezone.now() - timedelta(minutes=1))
    assert "No gpu worker is alive" in shown(signed_in, run)


def test_loading_says_how_long_it_may_take(
    signed_in: Client, run: Run, worker: Worker, expert: Expert
) -> None:
    Visit.objects.create(worker=worker, expert=expert)
    assert "nobody knows yet how long it takes" in shown(signed_in, run)
    Expert.objects.filter(pk=expert.pk).update(load_seconds=34)
    assert "the last time it took 34 s" in shown(signed_in, run)


def test_what_is_written_is_on_the_page_as_it_comes(
    signed_in: Client,
    run: Run,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    writing(run, worker, "So <b>42</b>")
    now = timezone.now()
    monkeypatch.setattr("webapp.progress.tries.timezone.now", lambda: now)
    Generation.objects.update(began=now - timedelta(seconds=2))
    page = shown(signed_in, run)
    assert "Writing" in page and "Cancel" in page
    assert "Tokens so far 21 of at most 64" in page and "10 tokens/s" in page
    live = signed_in.get(f"{run.get_absolute_url()}/live").content.decode()
    assert "<pre data-grows" in live and "So &lt;b&gt;42&lt;/b&gt;</pre>" in live
    with django_assert_max_num_queries(12):  # it is fetched twice a second
        signed_in.get(f"{run.get_absolute_url()}/live")


def test_a_try_that_is_done(signed_in: Client, run: Run) -> None:
    serve(run, FakeEngine(lambda *_: r"<think>Is it 1?</think>So \boxed{2}."))
    Generation.objects.update(tokens=64)
    page = signed_in.get(run.get_absolute_url()).content.decode()
    assert r'<code class="tex">\boxed{2}</code>' in page
    assert "<summary>Thinking</summary>" in page and "Is it 1?" in page
    assert "It ended by itself." in page and 'id="cancel"' not in page
    assert "cut off" not in page.lower()
    Generation.objects.update(finish_reason="length")
    page = shown(signed_in, run)
    assert "Cut off at the limit of 64 tokens. Ask again with more." in page
    Generation.objects.update(tokens=50)
    assert "Cut off after 50 tokens: its context was full." in shown(signed_in, run)


def test_why_a_try_failed_is_large_and_plain(signed_in: Client, run: Run, expert: Expert) -> None:
    """And what to do: in the moment before its run has ended, and after."""
    Generation.objects.update(status="failed", problem="the prompt is too long")
    for _ in range(2):
        page = shown(signed_in, run)
        assert "It failed. the prompt is too long" in page
        assert "change what you ask" in page
        Run.objects.update(status="failed", problem="the prompt is too long", ended=timezone.now())
    Expert.objects.update(problem="no such checkpoint")
    page = shown(signed_in, run)
    assert "Put it right in the expert's settings" in page.replace("&#x27;", "'")
    assert f"/experts/{expert.pk}/edit" in signed_in.get(run.get_absolute_url()).content.decode()


def test_a_try_that_was_cancelled_in_the_middle(
    signed_in: Client, run: Run, worker: Worker
) -> None:
    writing(run, worker, "So far")
    cancel(run)
    page = shown(signed_in, run)
    assert "Cancelled after 21 tokens." in page and "So far" in page and "failed" not in page
