"""A routing as people see it: what has changed, and what it costs."""

import pytest
from django.test import Client

from tests.conftest import demo_expert
from tests.planning.previewing import Form, page_of, seats, show, start
from webapp.accounts.models import Team
from webapp.experts.models import Expert
from webapp.pages.new_run import routing
from webapp.pages.new_run.routing import routing_of
from webapp.planning import previews
from webapp.runs.models import Preview, Profile, Progress, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]


def test_shown_again_with_what_has_changed(signed_in: Client, form: Form) -> None:
    Expert.objects.update(load_seconds=10, tokens_per_second=100)
    done = Run.objects.create(team=Team.objects.get(), status=Run.Status.DONE)
    for name, tokens in (("tiny-01", 50), ("tiny-02", 100)):
        Progress.objects.create(
            run=done, purpose="respond", expert=demo_expert(name), asked=1, done=1, tokens=tokens
        )
    everyone = form | {"method": "all-experts"}
    first = show(signed_in, everyone)
    assert routing_of(first).cost.seconds == pytest.approx(20 + 8 * 0.5 + 8 * 1)
    left_out = demo_expert("tiny-02").pk
    answer = signed_in.post(
        "/runs/new", everyone | {"act": "show", "before": first.pk, "left_out": [left_out]}
    )
    second = Preview.objects.latest("pk")
    assert answer["Location"] == f"/runs/new?preview={second.pk}&before={first.pk}"
    waiting = signed_in.get(answer["Location"]).content.decode()
    assert f'type="hidden" name="left_out" value="{left_out}"' in waiting
    previews.find(second.pk)
    second.refresh_from_db()
    page = page_of(signed_in, second, first)
    assert f'value="{left_out}" form="run-form" aria-label="Leave out tiny-02" checked' in page
    for shown in ("16 →</span> 8", "8 →</span> 0", "32 s →</span> 14 s", "2 →</span> 1"):
        assert shown in page
    assert "→" not in page_of(signed_in, second)
    assert seats(start(signed_in, everyone | {"left_out": [left_out]})) == second.found["seats"]


def test_a_rate_that_is_not_known_is_said(signed_in: Client, form: Form) -> None:
    preview = show(signed_in, form | {"method": "all-experts"})
    assert routing_of(preview).cost.seconds is None
    assert "so the time is not known" in page_of(signed_in, preview)
    Expert.objects.filter(name="tiny-01").update(load_seconds=10, tokens_per_second=100)
    done = Run.objects.create(team=Team.objects.get(), status=Run.Status.DONE)
    Progress.objects.create(
        run=done, purpose="respond", expert=demo_expert("tiny-01"), asked=1, done=1, tokens=50
    )
    routing = routing_of(preview)
    assert routing.unmeasured == [demo_expert("tiny-02")]
    assert routing.cost.seconds == pytest.approx(20 + 16 * 0.5)
    assert "taken to be as fast as the others" in page_of(signed_in, preview)


def test_what_is_the_most_that_it_can_take_is_said(signed_in: Client, form: Form) -> None:
    """Sixteen responses of at most 50 tokens, at 100 a second, and two loads of 10 s."""
    Expert.objects.update(max_new_tokens=50)
    preview = show(signed_in, form | {"method": "all-experts"})
    assert (routing_of(preview).longest.tokens, routing_of(preview).longest.seconds) == (800, None)
    page = " ".join(page_of(signed_in, preview).split())
    assert "at most with 800 tokens, if every output ran to its limit" in page
    Expert.objects.update(load_seconds=10, tokens_per_second=100)
    assert routing_of(preview).longest.seconds == pytest.approx(2 * 10 + 16 * 0.5)
    page = " ".join(page_of(signed_in, preview).split())
    assert "at most 28.0 s, with 800 tokens" in page or "at most 28 s, with 800 tokens" in page


def shown(client: Client, form: Form) -> tuple[Preview, str]:
    """A preview that is ready, and the address of its page."""
    answer = client.post("/runs/new", form | {"act": "show"})
    preview = Preview.objects.get()
    while previews.find(preview.pk):
        pass
    preview.refresh_from_db()
    return preview, answer.headers["Location"]


def test_what_is_refused_keeps_the_routing_and_the_ticks(signed_in: Client, form: Form) -> None:
    asked = form | {"method": "all-experts"}
    preview, _ = shown(signed_in, asked)
    everyone = preview.basis["experts"]
    sent = asked | {"act": "show", "before": preview.pk, "left_out": everyone}
    refused = signed_in.post("/runs/new", sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "keep at least one" in page and "Seats per expert" in page
    assert page.count(" checked>") == len(everyone)


def test_a_debate_says_how_often_it_asks(signed_in: Client, form: Form, profile: Profile) -> None:
    _, address = shown(signed_in, form | {"method": "debate"})
    assert "asked up to 3 times" in signed_in.get(address).content.decode()


def test_a_sample_of_any_size_adds_up() -> None:
    found = {"questions": 1047, "sampled": 500, "seats": {str(n): 214 for n in range(7)}}
    assert sum(routing._seats(found).values()) == round(7 * 214 * 1047 / 500)
