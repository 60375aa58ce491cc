"""A run, live: its page, the same parts again, its events, and cancelling it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from gpu_worker.fake_engine import FakeEngine
from tests.conftest import MakeSet, demo_expert
from tests.pages.reading import flat
from tests.pages.serving import serve, write
from webapp.db.memory import cache
from webapp.execution.advance import advance_run
from webapp.execution.start import submit_run
from webapp.experts.models import Expert, Pool
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens", "empty_cache")]


def test_a_run_before_and_after(signed_in: Client, run: Run) -> None:
    page = flat(signed_in.get(run.get_absolute_url()).content.decode())
    for shown in ("Getting ready", "no expert is loaded", "A toy.", "Submitted"):
        assert shown in page
    assert serve(run).status == "done"
    page = flat(signed_in.get(run.get_absolute_url()).content.decode())
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
    with django_assert_max_num_queries(18) as queries:
        signed_in.get(f"{run.get_absolute_url()}/live")
    counted = [
        q["sql"]
        for q in queries.captured_queries
        if "GROUP BY" in q["sql"] or "SELECT DISTINCT" in q["sql"]
    ]
    # The loads per stage, and what is unread, of the newest: both are kept for a while.
    assert len(counted) <= 2
    with django_assert_max_num_queries(15):
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
    page = flat(signed_in.get(run.get_absolute_url()).content.decode())
    assert "tiny-02 does not load: no such checkpoint" in page
    assert "8 failed" in page


def test_a_worker_that_takes_nothing_up_is_missed(signed_in: Client, run: Run) -> None:
    advance_run(run.pk)
    Generation.objects.update(created=timezone.now() - timedelta(minutes=1))
    page = flat(signed_in.get(run.get_absolute_url()).content.decode())
    assert "no gpu worker takes up what waits" in page


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


def test_the_page_of_the_run_says_who(signed_in: Client, pool: Pool, question_set: MakeSet) -> None:
    questions = question_set()
    run = submit_run(pool.team, None, pool=pool, questions=questions, method="all-experts")
    assert "Left out" not in signed_in.get(run.get_absolute_url()).content.decode()
    run.left_out = [demo_expert("tiny-02").pk]
    run.save()
    page = flat(signed_in.get(run.get_absolute_url()).content.decode())
    told = page.partition("<dt>Left out</dt><dd>")[2].partition("</dd>")[0]
    assert "tiny-02" in told and "tiny-01" not in told


def test_responses_are_counted_by_the_rule_that_read_them(signed_in: Client, run: Run) -> None:
    address = f"{run.get_absolute_url()}/readings"
    assert "Nothing has been graded yet" in signed_in.get(address).content.decode()
    serve(run)
    assert f'hx-get="{address}"' in signed_in.get(run.get_absolute_url()).content.decode()
    rows = signed_in.get(address).context["readings"]
    assert [(row.rule, row.count, row.states) for row in rows] == [
        ("a box", 8, True),
        ("no rule found an answer", 8, False),
    ]
    Generation.objects.filter(run=run, stated__isnull=False).update(rule="")
    cache.clear()
    assert signed_in.get(address).context["readings"][0].rule == "read before rules were kept"
