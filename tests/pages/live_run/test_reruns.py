"""The form that repeats a run with another expert, and what pages say of it until it starts."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.planning.test_reruns import now, profiled
from tests.recorded.logs import take_newcomer
from webapp.accounts.models import Team
from webapp.execution.cancel import cancel
from webapp.experts.models import Expert
from webapp.planning import tasks
from webapp.questions.models import QuestionSet
from webapp.runs.models import Rerun, Run

pytestmark = pytest.mark.django_db


def said(client: Client, run: Run) -> str:
    return " ".join(client.get(run.get_absolute_url()).content.decode().split())


def test_one_form_and_pages_that_say_where_it_stands(
    signed_in: Client, ours_run: Run, newcomer: Expert
) -> None:
    address = reverse("run-replace", args=[ours_run.pk])
    assert address in said(signed_in, ours_run)
    wrong = Expert.objects.get(name="org/wrong")
    page = signed_in.get(address, {"expert": wrong.pk})
    assert "First the new expert is profiled on validation 12" in page.content.decode()
    assert page.context["form"]["expert"].value() == wrong.pk
    sent = signed_in.post(address, {"expert": wrong.pk, "by": newcomer.pk})
    rerun = Rerun.objects.get()
    waits = rerun.profiling
    assert waits is not None and sent["Location"] == waits.get_absolute_url()
    profile_page, run_page = said(signed_in, waits), said(signed_in, ours_run)
    assert "new instead of wrong: it starts by itself when this run is done" in profile_page
    assert f">{waits}</a> has profiled the new expert: 0 of 12 questions are done." in run_page
    assert 'data-over="1"' not in profile_page + run_page, "both go on listening"
    cancel(waits)
    tasks.start_reruns()
    assert "<strong>it waits.</strong>" in said(signed_in, waits)
    signed_in.post(reverse("run-continue", args=[waits.pk]))
    profiled(rerun)
    tasks.start_reruns()
    made = now(rerun).run
    assert made is not None and f">{made}</a> has started." in said(signed_in, waits)
    assert f'again, with new instead of wrong. <a href="/runs/compare?a={ours_run.pk}' in said(
        signed_in, made
    )


def test_calling_it_off(signed_in: Client, ours_run: Run, newcomer: Expert) -> None:
    signed_in.post(reverse("run-replace", args=[ours_run.pk]), {"by": newcomer.pk})
    rerun = Rerun.objects.get()
    off = signed_in.post(reverse("rerun-call-off", args=[rerun.pk]), follow=True)
    text = off.content.decode()
    assert f"{rerun.profiling} goes on" in text and "starts by itself" not in text
    again = signed_in.post(reverse("rerun-call-off", args=[rerun.pk]), follow=True)
    assert "started or called off already" in again.content.decode()


def test_what_is_refused_stands_beside_the_form(
    signed_in: Client, ours_run: Run, team: Team, validation: QuestionSet
) -> None:
    address = reverse("run-replace", args=[ours_run.pk])
    sent = signed_in.post(address, {"by": take_newcomer(team, validation).pk})
    assert sent.status_code == 422 and "No response of org/new" in sent.content.decode()
    assert signed_in.post(address, {}).status_code == 422
    profile = Run.objects.filter(kind=Run.Kind.PROFILE)[0]
    assert signed_in.get(reverse("run-replace", args=[profile.pk])).status_code == 404
