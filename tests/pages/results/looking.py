"""The table of a run's answers in the browser."""

from django.test import Client

from tests.pages.reading import flat
from webapp.runs.models import Run


def page_of(signed_in: Client, run: Run, query: str = "") -> str:
    page = signed_in.get(f"/runs/{run.pk}/questions?{query}")
    assert page.status_code == 200
    return flat(page.content.decode())


def rows_of(signed_in: Client, run: Run, query: str) -> list[int]:
    address = f"/runs/{run.pk}/questions?{query}"
    return [row.pk for row in signed_in.get(address).context["page"].rows]
