"""Outputs that are made to cost time cost their own page a little, and nobody else's anything."""

import time

import pytest
from django.core.cache import caches
from django.test import Client

from tests.hostile_texts import REPEATED, flood
from tests.pages.answer.addresses import address, keys
from tests.pages.serving import serve
from webapp.pages.shared import markup, rendering
from webapp.pages.shared.markup import LONGEST
from webapp.pages.shared.rendering import spending
from webapp.runs.models import Generation, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens", "empty_cache")]
OUTPUTS = 32


def crowded(run: Run, text: str) -> int:
    """An answer with 32 outputs of this text, each with a number so that none is like another."""
    pk = keys(run)[0]
    if not Generation.objects.filter(answer=pk).exists():
        serve(run)
    like = Generation.objects.filter(answer=pk, purpose="respond")[0]
    Generation.objects.filter(answer=pk).delete()
    Generation.objects.bulk_create(
        Generation(
            **{
                field.attname: getattr(like, field.attname)
                for field in Generation._meta.concrete_fields
                if field.attname not in ("id", "number", "status", "output")
            },
            number=n,
            status="done",
            output=f"{n} {text}",
        )
        for n in range(OUTPUTS)
    )
    return pk


def seconds(client: Client, where: str) -> float:
    began = time.process_time()
    with spending():
        assert client.get(where).status_code == 200, where
    return time.process_time() - began


def page_of(client: Client, where: str) -> str:
    with spending():
        return client.get(where).content.decode()


def test_thirty_two_megabytes_of_images(signed_in: Client, run: Run) -> None:
    pk = crowded(run, flood("images"))
    assert seconds(signed_in, address(run, pk)) < 6
    assert seconds(signed_in, f"{run.get_absolute_url()}/questions") < 3


def test_what_is_left_is_said_and_comes_later(
    signed_in: Client, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was set is kept, so each time some more of it is."""
    monkeypatch.setattr(markup, "SECONDS", 0.02)
    monkeypatch.setattr(rendering, "PAGE_SECONDS", 0.1)
    caches["texts"].clear()
    pk = crowded(run, flood("images", 20_000))
    first = page_of(signed_in, address(run, pk))
    assert "it would take too long to set" in first
    assert "this page has much to set" in first
    for _ in range(OUTPUTS):
        page = page_of(signed_in, address(run, pk))
        if "this page has much to set" not in page:
            break
    assert page.count("it would take too long to set") == OUTPUTS, "all are known by then"


@pytest.mark.faults
@pytest.mark.parametrize("name", REPEATED)
def test_thirty_two_outputs_of_anything(signed_in: Client, run: Run, name: str) -> None:
    for size in (LONGEST - 10, 1_000_000):
        pk = crowded(run, flood(name, size))
        assert seconds(signed_in, address(run, pk)) < 15
