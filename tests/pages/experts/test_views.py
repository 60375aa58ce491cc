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
    given = {"question": "What is 1+1?", "max_new_tokens": 60}
    sent = signed_in.post(expert.get_absolute_url(), given, follow=True)
    assert "Its expert is the next to be loaded" in sent.content.decode()
    assert Generation.objects.get().max_tokens == 60


def test_the_form_of_a_try_begins_as_fits_the_expert(signed_in: Client) -> None:
    expert = Expert.objects.create(name="some", source="somebody/some", end_of_thinking="")
    page = signed_in.get(expert.get_absolute_url()).content.decode()
    assert 'value="512"' in page and "id_thinking" not in page
    expert.end_of_thinking, expert.chat_template_options = "</think>", {"enable_thinking": True}
    expert.save()
    page = signed_in.get(expert.get_absolute_url()).content.decode()
    assert 'value="4096"' in page and "Thinking" in page
    given = {"question": "What is 1+1?", "max_new_tokens": 60, "thinking": "off"}
    page = signed_in.post(expert.get_absolute_url(), given, follow=True).content.decode()
    assert "thinking off" in page
    run = Run.objects.get()
    assert run.generations.get().chat_template_options == {"enable_thinking": False}
    again = signed_in.get(f"{expert.get_absolute_url()}?again={run.pk}&more").content.decode()
    assert 'value="120"' in again and "What is 1+1?</textarea>" in again
    assert '<option value="off" selected>' in again
    for wrong in ("0", str(10**9), "x"):
        assert signed_in.post(expert.get_absolute_url(), given | {"max_new_tokens": wrong})
        assert Run.objects.count() == 1


def test_why_a_try_failed_is_on_the_page_of_the_expert(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    signed_in.post(expert.get_absolute_url(), {"question": "What is 1+1?"})
    Run.objects.update(status="failed", problem="the prompt is <too> long")
    assert (
        "the prompt is &lt;too&gt; long"
        in signed_in.get(expert.get_absolute_url()).content.decode()
    )


def test_a_try_that_is_cancelled(signed_in: Client, pool: Pool) -> None:
    expert = pool.experts.all()[0]
    signed_in.post(expert.get_absolute_url(), {"question": "What is 1+1?"})
    run = Run.objects.get()
    page = signed_in.post(f"{run.get_absolute_url()}/cancel", follow=True)
    for shown in (page, signed_in.get(f"{run.get_absolute_url()}/live")):
        assert shown.status_code == 200
        assert "It was cancelled before anything was written" in shown.content.decode()


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
