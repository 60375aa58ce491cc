"""An answer as a page and as a pane beside the table."""

import pytest
from django.test import Client

from tests.pages.answer.addresses import address, keys
from webapp.pages.shared.written import Reading
from webapp.runs.models import Answer, Generation, Run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_listens")]


@pytest.fixture
def run(five_done: Run) -> Run:
    return five_done


def test_the_pane_is_the_same_without_the_page(signed_in: Client, run: Run) -> None:
    here = address(run, keys(run)[0])
    pane = signed_in.get(f"{here}?pane=1&verdict=correct").content.decode()
    page = signed_in.get(f"{here}?verdict=correct").content.decode()
    assert "<html" not in pane and "<h1" not in pane and '<h2 class="pane-title">' in pane
    for part in ("question-title", "routing-title", "aggregation-title", "reviews-title"):
        assert f'id="{part}"' in pane and f'id="{part}"' in page
    assert f'hx-post="{here}/review?verdict=correct&amp;pane=1"' in pane
    assert "hx-post" not in page
    back = signed_in.post(f"{here}/review?verdict=correct&pane=1", {"verdicts": "right"})
    assert back["Location"] == f"{here}?verdict=correct&pane=1#reviews"


def test_how_the_verdict_came_about_is_said_in_words(signed_in: Client, run: Run) -> None:
    Answer.objects.filter(pk=keys(run)[1]).update(outcome="outvoted")
    for query in ("", "?pane=1"):
        page = signed_in.get(address(run, keys(run)[1]) + query).content.decode()
        assert "A right expert was outvoted" in page


@pytest.mark.parametrize(
    ("stated", "rule", "said"),
    [
        ("18", "last number of the last line", "Read as 18: last number of the last line."),
        (
            None,
            "two options where one is asked",
            "Read as nothing: two options where one is asked.",
        ),
        (None, "", "Read as nothing: no rule found an answer."),
        ("7", "", ""),  # read before rules were kept
    ],
)
def test_how_a_response_was_read_is_said(stated: str | None, rule: str, said: str) -> None:
    row = Generation(stated=stated, rule=rule, verdict="incorrect")
    assert Reading(row, thinking="", text="", run_on="").how_read == said
