"""Trying an expert in the browser."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

from webapp.experts.models import Expert, Pool
from webapp.pages.experts.views import own_settings
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


def test_trying_an_expert(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    page = signed_in.get(expert.get_absolute_url()).content.decode()
    assert "<strong>Caution.</strong>" in page
    sent = signed_in.post(expert.get_absolute_url(), {"question": "What is 1+1?"}, follow=True)
    assert "waiting for the GPU" in sent.content.decode()
    run = Run.objects.get()
    Generation.objects.update(status="done", output=r"So \boxed{2}.", tokens=5)
    Expert.objects.filter(pk=expert.pk).update(load_seconds=2.4, tokens_per_second=1234)
    page = signed_in.get(run.get_absolute_url()).content.decode()
    for shown in (r'<code class="tex">\boxed{2}</code>', "2.4 s", "1,234 tokens/s"):
        assert shown in page
    Generation.objects.update(status="failed", problem="tiny does not load: out of memory")
    assert "out of memory" in signed_in.get(run.get_absolute_url()).content.decode()


def test_a_try_that_is_cancelled(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    signed_in.post(expert.get_absolute_url(), {"question": "What is 1+1?"})
    run = Run.objects.get()
    page = signed_in.post(f"{run.get_absolute_url()}/cancel", follow=True)
    for shown in (page, signed_in.get(f"{run.get_absolute_url()}/live")):
        assert shown.status_code == 200
        assert f"{expert} was not asked" in shown.content.decode()


def test_a_try_that_is_refused(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    Expert.objects.filter(pk=expert.pk).update(source="/nowhere/at/all")
    page = signed_in.post(expert.get_absolute_url(), {"question": "What is 1+1?"})
    assert page.status_code == 422
    assert "There is no folder" in page.content.decode()
    assert "This field is required" in signed_in.post(expert.get_absolute_url()).content.decode()


def test_settings_of_an_engine_without_a_template() -> None:
    """As a new engine has none."""
    far = Expert(engine="openai", source="far/Some-70B", endpoint="http://far/v1", concurrency=3)
    context = {"expert": far, "own_settings": own_settings(far)}
    shown = render_to_string("experts/engines/other.html", context)
    for setting in ("far/Some-70B", "http://far/v1", "<dt>Requests at once</dt><dd>3</dd>"):
        assert setting in shown
    assert "Revision" not in shown
